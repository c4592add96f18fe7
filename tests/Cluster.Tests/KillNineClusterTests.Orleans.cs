using System.Diagnostics;
using Chat.WebFront.Tests.Crash;
using Xunit.Abstractions;

namespace Chat.Cluster.Tests;

/// <summary>Two silos and two fronts; a silo, a front and the database are killed in turn while fifty clients write.</summary>
[Collection(RealClusterRuns.Name), Trait("Kind", "Process")]
public sealed class KillNineClusterTests(ITestOutputHelper output)
{
    [NeedsOwnPostgresFact]
    public async Task Acknowledged_messages_survive_kill_9_of_silo_front_and_database_once_and_in_order()
    {
        await using var cluster = await RealCluster.Start(silos: 2, fronts: 2, output);
        await using var crowd = await Crowd.Start(cluster.Fronts);
        await Round(crowd, "silo", () => cluster.Kill("silo-0"));
        await Round(crowd, "front", () => cluster.Kill("front-0"));
        await Round(crowd, "PostgreSQL", () =>
        {
            cluster.Postgres.Kill();
            cluster.Postgres.Start();
        });
        var stored = await crowd.StopAndCheck();
        output.WriteLine($"{crowd.Acknowledged} acknowledged, {stored} stored, {crowd.Reconnects} reconnects.");
    }

    private async Task Round(Crowd crowd, string what, Action kill)
    {
        await crowd.EveryoneProgresses(3);
        var clock = Stopwatch.StartNew();
        kill();
        var killed = clock.Elapsed;
        var last = await crowd.EveryoneProgresses(3);
        output.WriteLine($"{what} killed: the last of 50 clients had an answer {(killed + last).TotalSeconds:0.0} s later.");
    }
}
