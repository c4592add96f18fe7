using Chat.WebFront.Tests.Crash;
using Xunit.Abstractions;

namespace Chat.Cluster.Tests;

/// <summary>Two silos and two fronts; one of them is killed every 10 s, and once PostgreSQL, while the deadlines of orders come.</summary>
[Collection(RealClusterRuns.Name), Trait("Kind", "Process")]
public sealed class OrderDeadlineClusterTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LateAtMost = TimeSpan.FromSeconds(10);

    [NeedsOwnPostgresFact]
    public async Task Every_deadline_makes_one_transition_and_none_early_while_processes_are_killed_every_10_s()
    {
        var clock = new FastClock(DateTimeOffset.UtcNow, DeadlineRun.Speed);
        await using var cluster = await RealCluster.Start(2, 2, output, database => DeadlineRun.Settings(clock, database));
        using var run = new DeadlineRun(cluster.Fronts, cluster.Database.Open(), clock, output.WriteLine);
        var check = await run.Run(
        [
            ("silo", true, () => cluster.KillAndStart("silo-0")),
            ("front", false, () => cluster.KillAndStart("front-0")),
            ("PostgreSQL", true, () =>
            {
                cluster.Postgres.Kill();
                cluster.Postgres.Start();
                return Task.CompletedTask;
            }),
            ("silo", true, () => cluster.KillAndStart("silo-1")),
            ("front", false, () => cluster.KillAndStart("front-1")),
        ]);
        Assert.Empty(check.Faults);
        Assert.True(check.Fired.Count > DeadlineRun.Orders / 2 && check.Overtaken > 0, "Deadlines came, and people raced them.");
        Assert.InRange(DeadlineCheck.Quantile(check.Fired.Select(fired => fired.LateWithAllUp), 0.99), TimeSpan.Zero, LateAtMost);
    }
}
