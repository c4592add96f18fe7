using System.Diagnostics;

namespace Chat.Bench;

/// <summary>
/// Pairs of a buyer and a store talk at a fixed total rate, whatever the server does (open loop). Times count from the
/// moment a send was due, so a stall shows in every message it held up.
/// </summary>
internal static class LatencyMode
{
    private const int WarmUpSeconds = 5;

    /// <summary>The same arrivals in every run.</summary>
    private const int Seed = 20_261_122;

    public static async Task Run(Options options, Results results)
    {
        var rates = options.Numbers("rate", "500");
        var seconds = options.Number("seconds", 30, max: 600);
        var rounds = options.Number("rounds", 3, max: 100);
        var count = options.Number("pairs", 100, max: 10_000);
        await using var stage = await Stage.Open(options);
        var pairs = await stage.Pairs(count);
        await Measure(stage, pairs, rates[0], WarmUpSeconds);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var rate in rates)
            {
                results.Add(await Measure(stage, pairs, rate, seconds));
            }
        }
    }

    private static async Task<Result> Measure(Stage stage, Pair[] pairs, int rate, int seconds)
    {
        var ledger = new Ledger((rate * seconds * 11 / 10) + 1_000);
        stage.Ledger = ledger;
        var before = stage.Meters.Cpu();
        var start = Stopwatch.GetTimestamp();
        await Drive(stage, pairs, ledger, rate, start, start + (seconds * Stopwatch.Frequency));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var cpu = stage.Meters.Cpu() - before;
        await ledger.Settle(TimeSpan.FromSeconds(10));
        stage.Ledger = null;
        var (ack, delivery) = (ledger.ToAck(0, long.MaxValue), ledger.ToDelivery(0, long.MaxValue));
        return new Result("latency", $"{rate} msg/s", new Dictionary<string, double>
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
            ["others cpu %"] = 100 * cpu.Others / elapsed,
        });
    }

    /// <summary>Sends at exponentially distributed intervals from a thread of its own.</summary>
    private static Task Drive(Stage stage, Pair[] pairs, Ledger ledger, int rate, long start, long end) => Task.Factory.StartNew(
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
                pairs[i % pairs.Length].Send(ledger, stage.Text, fromBuyer: i / pairs.Length % 2 == 0, (long)due);
            }
        },
        TaskCreationOptions.LongRunning);
}
