using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Storage;
using Chat.Silo;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Chat.Cluster.Tests;

/// <summary>Silos in this process on a PostgreSQL database of their own, set up as real ones are, but for their transport.</summary>
internal sealed class ChatTestCluster : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly InProcessTestCluster _cluster;

    private ChatTestCluster(TestDatabase database, InProcessTestCluster cluster)
    {
        _database = database;
        _cluster = cluster;
    }

    public IGrainFactory Client => _cluster.Client;

    /// <summary>The grains as each silo sees them.</summary>
    public IReadOnlyList<IGrainFactory> Silos => [.. _cluster.Silos.Select(silo => ServicesOf(silo).GetRequiredService<IGrainFactory>())];

    public static async Task<ChatTestCluster> Start(short silos, bool asNodes = false)
    {
        var database = await TestDatabase.Create(DatabaseKind.Postgres);
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddChatGrains(silo.Configuration);
            silo.Services.AddChatStorage();
            silo.Services.Configure<ChatDatabaseOptions>(options =>
            {
                options.Provider = database.Options.Provider;
                options.ConnectionString = database.Options.ConnectionString;
            });
            silo.UseChatState();
            silo.Configure<ClusterMembershipOptions>(SiloSetup.SetMembership);
            if (asNodes)
            {
                silo.PlaceGrainsNearby();
            }
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new ChatTestCluster(database, cluster);
    }

    public IServiceProvider ServicesOf(int silo) => ServicesOf(_cluster.Silos[silo]);

    /// <summary>The silo where a grain is active, by its place in <see cref="Silos"/>; -1 when it is nowhere.</summary>
    public async Task<int> SiloOf(IGrain grain)
    {
        var address = await Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        return _cluster.Silos.ToList().FindIndex(silo => silo.SiloAddress.Equals(address));
    }

    /// <summary>What the database holds, by a log of the test's own.</summary>
    public async Task<IReadOnlyList<Message>> Stored(ConversationId conversation)
    {
        var log = _database.OpenLog();
        var messages = new List<Message>();
        for (long before = long.MaxValue; ; before = messages[0].Seq)
        {
            var page = await log.ReadBefore(conversation, before, Limits.HistoryPageMax);
            messages.InsertRange(0, page);
            if (page.Count < Limits.HistoryPageMax)
            {
                return messages;
            }
        }
    }

    /// <summary>Stops, at once and without a word to anybody, the silo that a grain is active on.</summary>
    public async Task KillSiloOf(IAddressable grain)
    {
        var address = await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        Assert.NotNull(address);
        await _cluster.KillSiloAsync(_cluster.Silos.Single(silo => silo.SiloAddress.Equals(address)));
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    private IServiceProvider ServicesOf(InProcessSiloHandle silo) => _cluster.GetSiloServiceProvider(silo.SiloAddress);
}
