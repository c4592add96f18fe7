using System.Diagnostics;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Silo;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Xunit.Abstractions;

namespace Chat.Cluster.Tests;

/// <summary>An agent at one front, a watcher at another; what stands between them is killed.</summary>
[Trait("Kind", "Process")]
public sealed class PresenceAfterCrashTests(ITestOutputHelper output)
{
    private const string AgentName = "wang-lei";
    private static readonly StoreId Store = new("lumen-audio");
    private static readonly TimeSpan SoonAtOnce = TimeSpan.FromSeconds(10);

    /// <summary>What the product promises: no dot is wrong for longer.</summary>
    private static readonly TimeSpan WrongAtMost = TimeSpan.FromSeconds(30);

    /// <summary>Longer than any lease and the detection of a dead silo together: what was going to blink has blinked.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(35);

    [NeedsOwnPostgresFact]
    public async Task No_dot_is_wrong_for_30_s_after_kill_9_of_its_silo_or_of_the_agents_front()
    {
        await using var cluster = await RealCluster.Start(silos: 2, fronts: 2, output);
        var agent = await Agent.SignIn(cluster.Fronts[0], AgentName);
        await using var watcher = await PresenceWatcher.Look(cluster.Fronts[1], await Agent.Register(cluster.Fronts[1], "watcher"), Store.Value);
        Assert.Equal("offline", watcher.Status);

        var arrived = Stopwatch.GetTimestamp();
        await using var atFirst = await Agent.Enter(cluster.Fronts[0], agent, _ => { });
        Tell("The agent connected", await watcher.Shows("online", arrived, SoonAtOnce));

        await SiloDies(cluster, watcher);
        Assert.True(atFirst.IsOpen, "The agent was connected all the time.");

        var killed = Stopwatch.GetTimestamp();
        cluster.Kill("front-0");
        Tell("The agent's front was killed", await watcher.Shows("offline", killed, WrongAtMost));

        var back = Stopwatch.GetTimestamp();
        await using var atSecond = await Agent.Enter(cluster.Fronts[1], agent, _ => { });
        Tell("The agent connected at the other front", await watcher.Shows("online", back, SoonAtOnce));

        void Tell(string what, TimeSpan time) => output.WriteLine($"{what}: the watcher's dot changed {time.TotalSeconds:0.0} s later.");
    }

    private async Task SiloDies(RealCluster cluster, PresenceWatcher watcher)
    {
        var holder = await HolderOfPresence(cluster);
        var killed = Stopwatch.GetTimestamp();
        cluster.Kill(holder);
        await Task.Delay(Settled);
        var wrong = watcher.LongestOtherThan("online", killed);
        output.WriteLine($"The presence grain's silo, {holder}, was killed: {watcher.Story(killed)}; wrong for at most {wrong.TotalSeconds:0.0} s in one piece.");
        Assert.True(wrong < WrongAtMost, "The dot was wrong for too long.");
        Assert.Equal("online", watcher.Status);
        Assert.Equal("online", await watcher.Ask());
        Assert.NotEqual(holder, await HolderOfPresence(cluster));
    }

    /// <summary>The silo that hosts the store's presence, as the cluster itself tells.</summary>
    private static async Task<string> HolderOfPresence(RealCluster cluster)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Chat:Database:Provider"] = cluster.Database.Options.Provider.ToString(),
            ["Chat:Database:ConnectionString"] = cluster.Database.Options.ConnectionString,
        });
        builder.Logging.ClearProviders();
        builder.Services.AddChatStorage();
        builder.UseOrleansClient(client => client.UseChatClient(builder.Configuration));
        using var host = builder.Build();
        await host.Services.GetRequiredService<ChatDatabase>().Prepare(CancellationToken.None);
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var address = await Eventually.Get(async () => await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grains.Presence(Store)));
        await host.StopAsync();
        Assert.NotNull(address);
        return cluster.SiloAt(address.Endpoint.Port);
    }
}
