using Chat.WebFront.Tests.Crash;
using Xunit.Abstractions;

namespace Chat.Cluster.Tests;

/// <summary>A running cluster that is made larger, smaller, and restarted process by process, while fifty clients write.</summary>
[Collection(RealClusterRuns.Name), Trait("Kind", "Process")]
public sealed class RollingClusterTests(ITestOutputHelper output)
{
    [NeedsOwnPostgresFact]
    public async Task Growing_restarting_and_shrinking_lose_nothing_and_let_everybody_go_on()
    {
        await using var cluster = await RealCluster.Start(silos: 2, fronts: 2, output);
        await using var crowd = await Crowd.Start(cluster.Fronts);

        await cluster.Script("scale", "--silos", "3", "--fronts", "3");
        Assert.Equal(["front-0", "front-1", "front-2", "silo-0", "silo-1", "silo-2"], cluster.Names);
        await crowd.EveryoneProgresses(3);

        var before = cluster.Names.ToDictionary(name => name, cluster.ProcessOf);
        await cluster.Script("restart");
        Assert.All(cluster.Names, name => Assert.NotEqual(before[name], cluster.ProcessOf(name)));
        await crowd.EveryoneProgresses(3);

        await cluster.Script("scale", "--silos", "2", "--fronts", "2");
        Assert.Equal(["front-0", "front-1", "silo-0", "silo-1"], cluster.Names);
        await cluster.Script("status");
        await crowd.EveryoneProgresses(3);

        var stored = await crowd.StopAndCheck();
        output.WriteLine($"{crowd.Acknowledged} acknowledged, {stored} stored, {crowd.Reconnects} reconnects.");
    }

    [NeedsOwnPostgresFact]
    public async Task What_cannot_be_done_is_refused_with_a_code_of_its_own_and_changes_nothing()
    {
        await using var cluster = await RealCluster.Start(silos: 1, fronts: 0, output);

        Assert.Equal(2, await cluster.TryScript("scale", "--silos", "0"));
        Assert.Equal(2, await cluster.TryScript("scale", "--fronts", "51"));
        Assert.Equal(2, await cluster.TryScript("restart", "silo-7"));
        Assert.Equal(2, await cluster.TryScript("restart", "--build", "/nowhere"));
        Assert.Equal(5, await cluster.TryScript("--silos", "1", "--detach"));
        Assert.Equal(["silo-0"], cluster.Names);
        Assert.Equal(0, await cluster.TryScript("status"));

        await cluster.Script("stop");
        Assert.Equal(4, await cluster.TryScript("status"));
        Assert.Equal(4, await cluster.TryScript("scale", "--silos", "2"));
        Assert.Equal(4, await cluster.TryScript("restart"));
        Assert.Equal(0, await cluster.TryScript("stop"));
    }
}
