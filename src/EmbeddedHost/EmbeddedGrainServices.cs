using Chat.EmbeddedHost.Runtime;
using Chat.EmbeddedHost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Chat.EmbeddedHost;

/// <summary>Registers the embedded grain host.</summary>
public static class EmbeddedGrainServices
{
    /// <summary>
    /// Adds the host and its <see cref="IGrainFactory"/>. Grains ask for their storage by name: register
    /// <see cref="IGrainStateStorage"/> as a keyed singleton. Reminders are kept in memory unless an
    /// <see cref="IReminderStore"/> is registered. Register early: hosted services stop in reverse order, and grains should
    /// outlive what calls them.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedGrainOptions> configure)
    {
        services.AddLogging();
        services.AddOptions<EmbeddedGrainOptions>()
            .Configure(configure)
            .Validate(static options => options.Assemblies.Count > 0, "EmbeddedGrainOptions.Assemblies is empty.")
            .Validate(static options => options.IdleAfter >= TimeSpan.FromSeconds(1), "EmbeddedGrainOptions.IdleAfter is below a second.")
            .Validate(
                static options => options.ResponseTimeout > TimeSpan.Zero && options.DeactivationTimeout > TimeSpan.Zero,
                "The timeouts in EmbeddedGrainOptions must be positive.")
            .Validate(
                static options => options is { MaxActivations: > 0, MaxRequestsPerActivation: > 0, TurnsPerSlice: > 0 },
                "The limits in EmbeddedGrainOptions must be positive.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IReminderStore, MemoryReminderStore>();
        services.AddSingleton<GrainHost>();
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<GrainHost>());
        services.AddSingleton<ReminderService>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<GrainHost>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ReminderService>());
        return services;
    }
}
