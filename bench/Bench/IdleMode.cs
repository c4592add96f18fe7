using System.Diagnostics;

namespace Chat.Bench;

/// <summary>Signed-in users who do nothing: how fast they come, and what each costs in memory.</summary>
internal static class IdleMode
{
    private const int WarmUpConnections = 200;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    /// <summary>Buyers of this mode, apart from those of the others.</summary>
    private const int FirstBuyer = 20_000;

    public static async Task Run(Options options, Results results)
    {
        var count = options.Number("connections", 2_000, max: 20_000);
        var rounds = options.Number("rounds", 1, max: 20);
        await using var stage = await Stage.Open(options);

        // Code is compiled, buffers and pools have their size: the rest is what connections cost.
        await stage.Disconnect(await stage.ConnectBuyers(FirstBuyer + count, WarmUpConnections));
        for (var round = 0; round < rounds; round++)
        {
            results.Add(await Measure(stage, count, round == 0 ? "users never seen before" : "users known before"));
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }

    private static async Task<Result> Measure(Stage stage, int count, string who)
    {
        await Task.Delay(TimeSpan.FromSeconds(3));
        var (rss, pss, cpu, lost) = (stage.Meters.ServerRss(), stage.Meters.ServerPss(), stage.Meters.Cpu(), stage.LostConnections);
        var start = Stopwatch.GetTimestamp();
        var clients = await stage.ConnectBuyers(FirstBuyer, count);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var connecting = stage.Meters.Cpu() - cpu;
        var fresh = stage.Meters.ServerRss() - rss;
        var idleFrom = (Cpu: stage.Meters.Cpu(), At: Stopwatch.GetTimestamp());
        await Task.Delay(Rest);
        var idle = stage.Meters.Cpu() - idleFrom.Cpu;
        var result = new Result("idle", $"{count} {who}", new Dictionary<string, double>
        {
            ["connect and hello /s"] = count / elapsed,
            ["server cpu µs/connect"] = connecting.Server * 1e6 / count,
            ["postgres cpu µs/connect"] = connecting.Postgres * 1e6 / count,
            ["generator cpu µs/connect"] = connecting.Generator * 1e6 / count,
            ["RSS before MiB"] = rss / 1024.0 / 1024,
            ["RSS KiB/conn, at once"] = fresh / 1024.0 / count,
            ["RSS KiB/conn, 15 s later"] = (stage.Meters.ServerRss() - rss) / 1024.0 / count,
            ["PSS KiB/conn, 15 s later"] = (stage.Meters.ServerPss() - pss) / 1024.0 / count,
            ["idle server cpu %"] = 100 * idle.Server / Stopwatch.GetElapsedTime(idleFrom.At).TotalSeconds,
            ["lost"] = stage.LostConnections - lost,
        });
        await stage.Disconnect(clients);
        return result;
    }
}
