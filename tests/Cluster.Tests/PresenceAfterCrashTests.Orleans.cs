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
[Collection(RealClusterRuns.Name), Trait("Kind", "Process")]
public sealed class PresenceAfterCrashTests(ITestOutputHelper output)
{
    private const string AgentName = "wang-lei";
    private static readonly StoreId Store = new("lumen-audio");
    private static readonly TimeSpan SoonAtOnce = TimeSpan.FromSeconds(10);

    /// <summary>What the product promises: no dot is wrong for longer.</summary>
    private static readonly TimeSpan WrongAtMost = TimeSpan.FromSeconds(30);

    [NeedsOwnPostgresFact]
    public async Task No_dot_is_wrong_for_30_s_after_kill_9_of_its_silo_or_of_the_agents_front()
    {
        await using var cluster = await RealCluster.Start(silos: 3, fronts: 2, output);
        var agent = await Agent.SignIn(cluster.Fronts[0], AgentName);
        await using var watcher = await PresenceWatcher.Look(cluster.Fronts[1], await Agent.Register(cluster.Fronts[1], "watcher"), Store.Value);
        Assert.Equal("offline", watcher.Status);

        var arrived = Stopwatch.GetTimestamp();
        await using var atFirst = await Agent.Enter(cluster.Fronts[0], agent, _ => { });
        Tell("The agent connected", await watcher.Shows("online", arrived, SoonAtOnce));

        await SiloDies(cluster, watcher, "online");
        Assert.True(atFirst.IsOpen, "The agent was connected all the time.");

        await SiloDies(cluster, watcher, "offline", () => atFirst.DisposeAsync());

        var returned = Stopwatch.GetTimestamp();
        await using var again = await Agent.Enter(cluster.Fronts[0], agent, _ => { });
        Tell("The agent came back", await watcher.Shows("online", returned, SoonAtOnce));

        var killed = Stopwatch.GetTimestamp();
        cluster.Kill("front-0");
        Tell("The agent's front was killed", await watcher.Shows("offline", killed, WrongAtMost));

        var moved = Stopwatch.GetTimestamp();
        await using var elsewhere = await Agent.Enter(cluster.Fronts[1], agent, _ => { });
        Tell("The agent connected at the other front", await watcher.Shows("online", moved, SoonAtOnce));

        void Tell(string what, TimeSpan time) => output.WriteLine($"{what}: the watcher's dot changed {time.TotalSeconds:0.0} s later.");
    }

    /// <summary>Kills whoever holds the presence, while something else happens; after the promised time the dot is right and stays so.</summary>
    private async Task SiloDies(RealCluster cluster, PresenceWatcher watcher, string truth, Func<ValueTask>? meanwhile = null)
    {
        var holder = await HolderOfPresence(cluster);
        var killed = Stopwatch.GetTimestamp();
        cluster.Kill(holder);
        await (meanwhile?.Invoke() ?? ValueTask.CompletedTask);
        await Task.Delay(WrongAtMost - Stopwatch.GetElapsedTime(killed));
        output.WriteLine($"The presence's silo, {holder}, was killed, the agent is {truth}: the dot {watcher.Story(killed)}; wrong for at most {watcher.LongestOtherThan(truth, killed).TotalSeconds:0.0} s in one piece.");
        Assert.Equal(truth, watcher.Status);
        Assert.Equal(truth, await watcher.Ask());
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
