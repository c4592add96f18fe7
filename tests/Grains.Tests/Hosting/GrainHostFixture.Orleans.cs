using System.Data.Common;
using System.Text.Json;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Chat.Grains.Tests.Hosting;

/// <summary>
/// The grains of the product and of these tests, running in this build's host over a database of their own. The same tests
/// run on both hosts: what they say is what a grain may rely on.
/// </summary>
internal sealed class GrainHostFixture : IAsyncDisposable
{
    private readonly Action<IServiceCollection, ChatDatabaseOptions> services;
    private readonly TestDatabase database;
    private readonly InProcessTestCluster cluster;
    private bool handedOver;

    private GrainHostFixture(Action<IServiceCollection, ChatDatabaseOptions> services, TestDatabase database, InProcessTestCluster cluster)
    {
        this.services = services;
        this.database = database;
        this.cluster = cluster;
    }

    public IGrainFactory Grains => cluster.Client;

    /// <summary>Services that grains are made with.</summary>
    public IServiceProvider Services => cluster.GetSiloServiceProvider();

    /// <summary>Starts a host with more services for its grains.</summary>
    public static Task<GrainHostFixture> Start(Action<IServiceCollection> services) => Start((collection, _) => services(collection));

    /// <summary>
    /// Starts a host with the product's own services and more, under the product's storage; <paramref name="instead"/> puts others
    /// in the place of the product's.
    /// </summary>
    public static Task<GrainHostFixture> StartProduct(Action<IServiceCollection> services, Action<IServiceCollection>? instead = null) => Start((collection, database) =>
    {
        collection.AddLogging();
        services(collection);
        collection.AddChatGrains(new ConfigurationBuilder().Build());
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        collection.AddChatStorage();
        collection.AddSingleton(Microsoft.Extensions.Options.Options.Create(database));
        instead?.Invoke(collection);
    });

    private static async Task<GrainHostFixture> Start(Action<IServiceCollection, ChatDatabaseOptions> services, TestDatabase? database = null)
    {
        database ??= await TestDatabase.Create(DatabaseKind.Sqlite);
        var builder = new InProcessTestClusterBuilder(1);

        // The same after a restart: it is part of the key of every row of state.
        builder.Options.ServiceId = "tests";
        builder.ConfigureSilo((_, silo) =>
        {
            services(silo.Services, database.Options);
            silo.AddAdoNetGrainStorage(StateStorage.Name, options =>
            {
                options.Invariant = "System.Data.SQLite";
                options.ConnectionString = database.Options.ConnectionString;
                options.GrainStorageSerializer = new JsonPayload();
            });
            silo.UseAdoNetReminderService(options =>
            {
                options.Invariant = "System.Data.SQLite";
                options.ConnectionString = database.Options.ConnectionString;
            });
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(2));
        });
        builder.ConfigureClient(client =>
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(2)));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new GrainHostFixture(services, database, cluster);
    }

    /// <summary>Looks into the database.</summary>
    public Task<List<T>> Query<T>(string sql, Func<DbDataReader, T> map) => database.Query(sql, map);

    /// <summary>Gives every row of state the next version, as a write of another process does.</summary>
    public Task MoveStateVersions() => database.Query("UPDATE grain_state SET version = version + 1", static _ => 0);

    /// <summary>Stops the host gracefully.</summary>
    public Task Stop() => cluster.StopAllSilosAsync();

    /// <summary>Stops this host and starts the same again on its database, as a restart of the process does.</summary>
    public async Task<GrainHostFixture> Restart()
    {
        handedOver = true;
        await DisposeAsync();
        return await Start(services, database);
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        if (!handedOver)
        {
            await database.DisposeAsync();
        }
    }

    private sealed class JsonPayload : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, StateStorage.Json));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, StateStorage.Json)!;
    }
}
