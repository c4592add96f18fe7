using System.Diagnostics;

namespace Chat.Bench;

/// <summary>
/// Signed-in users who do nothing: how fast they come, and what each costs in memory. First people the servers have never seen,
/// then, as often as there are rounds, the same again: memory of these contains what the first left behind, and is not told.
/// </summary>
internal static class IdleMode
{
    private const int WarmUpConnections = 200;

    /// <summary>New people in each: whoever is known already takes another way, and code is warm only where it ran often.</summary>
    private const int WarmUpWaves = 10;

    /// <summary>Buyers of this mode, apart from those of the others.</summary>
    private const int FirstBuyer = 20_000;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var count = options.Number("users", 10_000, max: 200_000);
        var rest = TimeSpan.FromSeconds(options.Number("rest", 15, max: 600));
        var rounds = Rounds.From(options, 1);
        options.RefuseTheRest();

        // Code is compiled, buffers and pools have their size: the rest is what connections cost.
        foreach (var target in targets)
        {
            for (var wave = 0; wave < WarmUpWaves; wave++)
            {
                await target.Disconnect(await target.ConnectBuyers(FirstBuyer + count + (wave * WarmUpConnections), WarmUpConnections));
            }
        }

        // Users are new only once, and memory starts from nothing only once: scripts/bench.sh starts new servers for each round.
        foreach (var target in targets)
        {
            var result = await Measure(target, count, rest, "users never seen before");
            results.Add(result with { Disturbed = result.Figures[Rounds.Others] > rounds.OthersMax });
        }

        await rounds.Run(
            [count], targets, async (users, target, _) => await Measure(target, users, TimeSpan.Zero, "users known before"), results);
    }

    private static async Task<Result> Measure(Target target, int count, TimeSpan rest, string who)
    {
        await Task.Delay(TimeSpan.FromSeconds(3));
        var (rss, pss, cpu, lost) = (target.Meters.ServerRss(), target.Meters.ServerPss(), target.Meters.Cpu(), target.LostConnections);
        var start = Stopwatch.GetTimestamp();
        var clients = await target.ConnectBuyers(FirstBuyer, count);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var connecting = target.Meters.Cpu() - cpu;
        var figures = new Dictionary<string, double>
        {
            ["connect and hello /s"] = count / elapsed,
            ["server cpu µs/connect"] = connecting.Server * 1e6 / count,
            ["postgres cpu µs/connect"] = connecting.Postgres * 1e6 / count,
            ["generator cpu µs/connect"] = connecting.Generator * 1e6 / count,
        };
        if (rest > TimeSpan.Zero)
        {
            figures["RSS before MiB"] = rss / 1024.0 / 1024;
            figures["RSS KiB/conn, at once"] = (target.Meters.ServerRss() - rss) / 1024.0 / count;
            var (idleCpu, idleFrom) = (target.Meters.Cpu(), Stopwatch.GetTimestamp());
            await Task.Delay(rest);
            figures["idle server cpu %"] = 100 * (target.Meters.Cpu() - idleCpu).Server / Stopwatch.GetElapsedTime(idleFrom).TotalSeconds;
            figures["RSS KiB/conn, rested"] = (target.Meters.ServerRss() - rss) / 1024.0 / count;
            figures["PSS KiB/conn, rested"] = (target.Meters.ServerPss() - pss) / 1024.0 / count;
            figures["RSS MiB, rested"] = target.Meters.ServerRss() / 1024.0 / 1024;
            figures["PSS MiB, rested"] = target.Meters.ServerPss() / 1024.0 / 1024;
        }

        figures[Rounds.Others] = 100 * connecting.Others / elapsed;
        figures["lost"] = target.LostConnections - lost;
        await target.Disconnect(clients);
        return new Result("idle", $"{count} {who}", target.Name, figures);
    }
}
