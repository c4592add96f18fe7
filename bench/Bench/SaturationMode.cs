using System.Diagnostics;

namespace Chat.Bench;

/// <summary>
/// A fixed number of sends is always under way (closed loop), spread over many conversations, half from buyers, half from
/// stores; every message is stored before its answer and delivered to the other side.
/// </summary>
internal static class SaturationMode
{
    private const int SendsPerSecondMax = 60_000;
    private const int RampSeconds = 1;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var levels = options.Numbers("in-flight", "64,256,1000");
        var seconds = options.Number("seconds", 10, max: 600);
        var count = options.Number("pairs", 1_000, max: 10_000);
        var warmUp = options.Number("warm-up", 10, min: 0, max: 600);
        var (title, label) = (options.Text("title", "saturation"), options.Text("label", ""));
        var shops = options.Number("shops", Cast.Stores.Length, max: Cast.Stores.Length);
        var writers = options.Text("writers", "both");
        if (writers is not ("both" or "buyers"))
        {
            throw new UsageException("--writers is both or buyers");
        }

        var rounds = Rounds.From(options, 5);
        options.RefuseTheRest();
        var lines = new Dictionary<Target, Line[]>();
        foreach (var target in targets)
        {
            target.Shops = shops;
            lines[target] = await target.Lines(count);
            if (warmUp > 0)
            {
                await Measure(target, lines[target], levels[levels.Length / 2], warmUp, writers);
            }
        }

        await rounds.Run(
            levels,
            targets,
            async (level, target, _) =>
            {
                var result = await Measure(target, lines[target], level, seconds, writers);
                return result with { Mode = title, Case = label.Length > 0 ? $"{label}, {result.Case}" : result.Case };
            },
            results);
    }

    private static async Task<Result> Measure(Target target, Line[] lines, int inFlight, int seconds, string writers)
    {
        var ledger = new Ledger(SendsPerSecondMax * (seconds + RampSeconds));
        var turn = -1L;
        var open = true;
        target.Ledger = ledger;
        target.OnAnswer = (number, error) =>
        {
            if (error == 0)
            {
                Next();
            }
            else
            {
                _ = Later(number);
            }
        };
        for (var i = 0; i < inFlight; i++)
        {
            Next();
        }

        await Task.Delay(TimeSpan.FromSeconds(RampSeconds));
        var (before, from) = (target.Meters.Cpu(), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var (cpu, until) = (target.Meters.Cpu() - before, Stopwatch.GetTimestamp());
        Volatile.Write(ref open, false);
        await ledger.Settle(TimeSpan.FromSeconds(30));
        (target.OnAnswer, target.Ledger) = (null, null);
        return Describe(target.Name, ledger, inFlight, from, until, cpu);

        void Next()
        {
            if (Volatile.Read(ref open))
            {
                var i = Interlocked.Increment(ref turn);
                lines[i % lines.Length].Send(ledger, target.Text, fromBuyer: writers == "buyers" || ((i / lines.Length) + i) % 2 == 0, Stopwatch.GetTimestamp());
            }
        }

        // The refused one is not repeated; another takes its place, but not at once.
        async Task Later(long refused)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50 + (refused % 50)));
            Next();
        }
    }

    private static Result Describe(string target, Ledger ledger, int inFlight, long from, long until, CpuReading cpu)
    {
        var elapsed = Stopwatch.GetElapsedTime(from, until).TotalSeconds;
        var stored = ledger.AckedBetween(from, until);
        var (ack, delivery) = (ledger.ToAck(from, until), ledger.ToDelivery(from, until));
        if (ledger.Refusals() is var refusals and not "none")
        {
            Console.Error.WriteLine($"{target}: refused: {refusals}");
        }

        return new Result("saturation", $"{inFlight} in flight", target, new Dictionary<string, double>
        {
            ["durable msg/s"] = stored / elapsed,
            ["ack p50 ms"] = ack.P50,
            ["ack p99 ms"] = ack.P99,
            ["delivery p50 ms"] = delivery.P50,
            ["delivery p99 ms"] = delivery.P99,
            ["server µs/msg"] = cpu.Server * 1e6 / stored,
            ["postgres µs/msg"] = cpu.Postgres * 1e6 / stored,
            ["generator µs/msg"] = cpu.Generator * 1e6 / stored,
            ["server cpu %"] = 100 * cpu.Server / elapsed,
            ["postgres cpu %"] = 100 * cpu.Postgres / elapsed,
            ["generator cpu %"] = 100 * cpu.Generator / elapsed,
            ["neighbours cpu %"] = 100 * cpu.Neighbours / elapsed,
            [Rounds.Others] = 100 * cpu.Others / elapsed,
            ["not acked"] = ledger.Unanswered(),
            ["not delivered"] = ledger.Undelivered() + ledger.Repeats,
        });
    }
}
