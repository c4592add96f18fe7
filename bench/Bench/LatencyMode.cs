using System.Diagnostics;

namespace Chat.Bench;

/// <summary>
/// Buyers and their partners talk at a fixed total rate, whatever the server does (open loop). Times count from the
/// moment a send was due, so a stall shows in every message it held up.
/// </summary>
internal static class LatencyMode
{
    private const int WarmUpSeconds = 10;

    /// <summary>The same arrivals in every run.</summary>
    private const int Seed = 20_261_122;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var rates = options.Numbers("rate", "500,2000");
        var seconds = options.Number("seconds", 20, max: 600);
        var count = options.Number("pairs", 100, max: 10_000);
        var rounds = Rounds.From(options, 5);
        options.RefuseTheRest();
        var lines = new Dictionary<Target, Line[]>();
        foreach (var target in targets)
        {
            lines[target] = await target.Lines(count);
            await Measure(target, lines[target], rates[^1], WarmUpSeconds);
        }

        await rounds.Run(rates, targets, async (rate, target, _) => await Measure(target, lines[target], rate, seconds), results);
    }

    private static async Task<Result> Measure(Target target, Line[] lines, int rate, int seconds)
    {
        var ledger = new Ledger((rate * seconds * 11 / 10) + 1_000);
        target.Ledger = ledger;
        var before = target.Meters.Cpu();
        var start = Stopwatch.GetTimestamp();
        await Drive(target, lines, ledger, rate, start, start + (seconds * Stopwatch.Frequency));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var cpu = target.Meters.Cpu() - before;
        await ledger.Settle(TimeSpan.FromSeconds(30));
        target.Ledger = null;
        var (ack, delivery) = (ledger.ToAck(0, long.MaxValue), ledger.ToDelivery(0, long.MaxValue));
        return new Result("latency", $"{rate} msg/s", target.Name, new Dictionary<string, double>
        {
            ["sent/s"] = ledger.Count / elapsed,
            ["ack p50 ms"] = ack.P50,
            ["ack p95 ms"] = ack.P95,
            ["ack p99 ms"] = ack.P99,
            ["ack max ms"] = ack.Max,
            ["delivery p50 ms"] = delivery.P50,
            ["delivery p95 ms"] = delivery.P95,
            ["delivery p99 ms"] = delivery.P99,
            ["delivery max ms"] = delivery.Max,
            ["refused or lost"] = ledger.Count - ack.Count,
            ["not delivered"] = ledger.Undelivered() + ledger.Repeats,
            ["server cpu %"] = 100 * cpu.Server / elapsed,
            ["postgres cpu %"] = 100 * cpu.Postgres / elapsed,
            ["generator cpu %"] = 100 * cpu.Generator / elapsed,
            ["neighbours cpu %"] = 100 * cpu.Neighbours / elapsed,
            [Rounds.Others] = 100 * cpu.Others / elapsed,
        });
    }

    /// <summary>Sends at exponentially distributed intervals from a thread of its own.</summary>
    private static Task Drive(Target target, Line[] lines, Ledger ledger, int rate, long start, long end) => Task.Factory.StartNew(
        () =>
        {
            var random = new Random(Seed);
            var due = (double)start;
            for (var i = 0; ; i++)
            {
                due += -Math.Log(1 - random.NextDouble()) * Stopwatch.Frequency / rate;
                if (due >= end)
                {
                    return;
                }

                Pacing.SleepUntil((long)due);
                lines[i % lines.Length].Send(ledger, target.Text, fromBuyer: i / lines.Length % 2 == 0, (long)due);
            }
        },
        TaskCreationOptions.LongRunning);
}
