using System.Diagnostics;

namespace Chat.Bench;

/// <summary>Signed-in users who do nothing: how fast they come, and what each costs in memory.</summary>
internal static class IdleMode
{
    private const int WarmUpConnections = 200;

    /// <summary>Buyers of this mode, apart from those of the others.</summary>
    private const int FirstBuyer = 20_000;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var count = options.Number("users", 10_000, max: 200_000);
        var rest = TimeSpan.FromSeconds(options.Number("rest", 15, max: 600));
        var rounds = Rounds.From(options, 5);
        options.RefuseTheRest();

        // Code is compiled, buffers and pools have their size: the rest is what connections cost.
        foreach (var target in targets)
        {
            await target.Disconnect(await target.ConnectBuyers(FirstBuyer + count, WarmUpConnections));
        }

        // Users are new only once: the first round is a case of its own, and cannot be repeated.
        foreach (var target in targets)
        {
            results.Add(await Measure(target, count, rest, "users never seen before"));
        }

        await (rounds with { Count = rounds.Count - 1 }).Run(
            [count], targets, async (users, target, _) => await Measure(target, users, rest, "users known before"), results);
    }

    private static async Task<Result> Measure(Target target, int count, TimeSpan rest, string who)
    {
        await Task.Delay(TimeSpan.FromSeconds(3));
        var (rss, pss, cpu, lost) = (target.Meters.ServerRss(), target.Meters.ServerPss(), target.Meters.Cpu(), target.LostConnections);
        var start = Stopwatch.GetTimestamp();
        var clients = await target.ConnectBuyers(FirstBuyer, count);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var connecting = target.Meters.Cpu() - cpu;
        var fresh = target.Meters.ServerRss() - rss;
        var idleFrom = (Cpu: target.Meters.Cpu(), At: Stopwatch.GetTimestamp());
        await Task.Delay(rest);
        var idle = target.Meters.Cpu() - idleFrom.Cpu;
        var result = new Result("idle", $"{count} {who}", target.Name, new Dictionary<string, double>
        {
            ["connect and hello /s"] = count / elapsed,
            ["server cpu µs/connect"] = connecting.Server * 1e6 / count,
            ["postgres cpu µs/connect"] = connecting.Postgres * 1e6 / count,
            ["generator cpu µs/connect"] = connecting.Generator * 1e6 / count,
            ["RSS before MiB"] = rss / 1024.0 / 1024,
            ["RSS KiB/conn, at once"] = fresh / 1024.0 / count,
            ["RSS KiB/conn, rested"] = (target.Meters.ServerRss() - rss) / 1024.0 / count,
            ["RSS MiB, rested"] = target.Meters.ServerRss() / 1024.0 / 1024,
            ["PSS MiB, rested"] = target.Meters.ServerPss() / 1024.0 / 1024,
            ["PSS KiB/conn, rested"] = (target.Meters.ServerPss() - pss) / 1024.0 / count,
            ["idle server cpu %"] = 100 * idle.Server / Stopwatch.GetElapsedTime(idleFrom.At).TotalSeconds,
            [Rounds.Others] = 100 * (connecting.Others + idle.Others) / Stopwatch.GetElapsedTime(start).TotalSeconds,
            ["lost"] = target.LostConnections - lost,
        });
        await target.Disconnect(clients);
        return result;
    }
}
