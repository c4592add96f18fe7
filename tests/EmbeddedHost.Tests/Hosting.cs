using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Chat.EmbeddedHost.Tests;

/// <summary>A running host with the grains of this assembly.</summary>
internal sealed class Hosting : IAsyncDisposable
{
    private readonly ServiceProvider provider;

    private Hosting(ServiceProvider provider) => this.provider = provider;

    public IServiceProvider Services => provider;

    public IGrainFactory Grains => provider.GetRequiredService<IGrainFactory>();

    public static async Task<Hosting> Start(Action<EmbeddedGrainOptions>? options = null, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<Journal>();
        services?.Invoke(collection);
        collection.AddEmbeddedGrains(given =>
        {
            given.Assemblies.Add(typeof(Hosting).Assembly);
            options?.Invoke(given);
        });
        var provider = collection.BuildServiceProvider();
        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return new Hosting(provider);
    }

    public async Task Stop()
    {
        foreach (var service in provider.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await provider.DisposeAsync();
    }
}
