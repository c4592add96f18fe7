using System.Diagnostics;

namespace Chat.Bench;

/// <summary>What servers cost while nothing is asked of them.</summary>
internal static class RestMode
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var seconds = options.Number("seconds", 30, max: 600);
        var rounds = Rounds.From(options, 1);
        options.RefuseTheRest();
        await Task.Delay(Settle);
        await rounds.Run([seconds], targets, async (length, target, _) => await Measure(target, length), results);
    }

    private static async Task<Result?> Measure(Target target, int seconds)
    {
        var (before, from) = (target.Meters.Cpu(), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var (cpu, elapsed) = (target.Meters.Cpu() - before, Stopwatch.GetElapsedTime(from).TotalSeconds);
        return new Result("rest", "all processes", target.Name, new Dictionary<string, double>
        {
            ["server cpu %"] = 100 * cpu.Server / elapsed,
            ["postgres cpu %"] = 100 * cpu.Postgres / elapsed,
            ["RSS MiB"] = target.Meters.ServerRss() / 1024.0 / 1024,
            ["PSS MiB"] = target.Meters.ServerPss() / 1024.0 / 1024,
            [Rounds.Others] = 100 * cpu.Others / elapsed,
        });
    }
}
