using System.Data.Common;
using Chat.EmbeddedHost;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Chat.Grains.Tests.Hosting;

/// <summary>
/// The grains of the product and of these tests, running in this build's host over a database of their own. The same tests
/// run on both hosts: what they say is what a grain may rely on.
/// </summary>
internal sealed class GrainHostFixture : IAsyncDisposable
{
    private readonly Action<IServiceCollection, ChatDatabaseOptions> services;
    private readonly TestDatabase database;
    private readonly ServiceProvider provider;
    private bool stopped;
    private bool handedOver;

    private GrainHostFixture(Action<IServiceCollection, ChatDatabaseOptions> services, TestDatabase database, ServiceProvider provider)
    {
        this.services = services;
        this.database = database;
        this.provider = provider;
    }

    public IGrainFactory Grains => provider.GetRequiredService<IGrainFactory>();

    /// <summary>Services that grains are made with.</summary>
    public IServiceProvider Services => provider;

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
        var collection = new ServiceCollection();
        services(collection, database.Options);
        var source = SqliteFactory.Instance.CreateDataSource(database.Options.ConnectionString);
        collection.AddAdoGrainState(StateStorage.Name, _ => source, StateStorage.Json, parallel: 1);
        collection.AddAdoReminders(_ => source);
        collection.AddEmbeddedGrains(options =>
        {
            options.Assemblies.Add(typeof(ChatGrains).Assembly);
            options.Assemblies.Add(typeof(GrainHostFixture).Assembly);
            options.ResponseTimeout = TimeSpan.FromSeconds(2);
        });
        var provider = collection.BuildServiceProvider();
        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return new GrainHostFixture(services, database, provider);
    }

    /// <summary>Looks into the database.</summary>
    public Task<List<T>> Query<T>(string sql, Func<DbDataReader, T> map) => database.Query(sql, map);

    /// <summary>Gives every row of state the next version, as a write of another process does.</summary>
    public Task MoveStateVersions() => database.Query("UPDATE grain_state SET version = version + 1", static _ => 0);

    /// <summary>Stops the host gracefully.</summary>
    public async Task Stop()
    {
        if (!stopped)
        {
            stopped = true;
            foreach (var service in provider.GetServices<IHostedService>().Reverse())
            {
                await service.StopAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Stops this host and starts the same again on its database, as a restart of the process does.</summary>
    public async Task<GrainHostFixture> Restart()
    {
        handedOver = true;
        await DisposeAsync();
        return await Start(services, database);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await provider.DisposeAsync();
        if (!handedOver)
        {
            await database.DisposeAsync();
        }
    }
}
