using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Chat.Bench.Micro;

/// <summary>
/// <c>./chat bench --micro</c>. With <c>--quick</c> three short iterations of each, else as many as BenchmarkDotNet wants.
/// <c>plans PROVIDER CONNECTION</c> explains the reads of a filled database instead.
/// </summary>
internal static class Program
{
    private const string Quick = "--quick";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is [Plans.Verb, var provider, var connection])
        {
            return await Plans.Print(provider, connection);
        }

        // In process: the generated project of the ordinary way would be built without this repository's settings.
        var job = (arguments.Contains(Quick) ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        var config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. arguments.Where(argument => argument != Quick)], config).ToList();
        return summaries.Count > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
