using BenchmarkDotNet.Attributes;
using Chat.EmbeddedHost.Simulation;

namespace Chat.Bench.Micro;

/// <summary>The simulation's scheduler by itself: what every step of a simulated run costs at least.</summary>
public class SimulationBenchmarks
{
    private const int Steps = 10_000;

    /// <summary>One work item chosen and run, with a handful ready.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public long Step()
    {
        const int Loops = 8;
        var scheduler = new SimulationScheduler(1);
        scheduler.Run(() => Task.WhenAll(Enumerable.Range(0, Loops).Select(_ => Yield(Steps / Loops))), TimeSpan.FromHours(1), stepsMax: 10 * Steps);
        return scheduler.Steps;
    }

    private static async Task Yield(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
        }
    }
}
