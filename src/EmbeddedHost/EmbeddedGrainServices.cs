using System.Data.Common;
using System.Text.Json;
using Chat.EmbeddedHost.Runtime;
using Chat.EmbeddedHost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
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
        services.AddSingleton<IGrainHostStatistics>(static provider => provider.GetRequiredService<GrainHost>());
        services.AddSingleton<ReminderService>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<GrainHost>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ReminderService>());
        return services;
    }

    /// <summary>
    /// Adds the storage that grains name in <c>[PersistentState]</c>, over a database prepared for Orleans' ADO.NET provider
    /// (table <c>OrleansQuery</c>). The texts are read at the first use, so the database may be prepared after this call.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="name">The storage's name.</param>
    /// <param name="database">The database; not disposed of here.</param>
    /// <param name="json">How payloads are written; must be the same in every host on this database.</param>
    /// <param name="parallel">Calls that use the database at once, at least 1; more gains nothing on SQLite.</param>
    public static IServiceCollection AddAdoGrainState(
        this IServiceCollection services, string name, Func<IServiceProvider, DbDataSource> database, JsonSerializerOptions json, int parallel) =>
        services.AddKeyedSingleton<IGrainStateStorage>(
            name, (provider, _) => new AdoGrainStateStorage(database(provider), ServiceId(provider), json, parallel));

    /// <summary>Keeps reminders in such a database.</summary>
    public static IServiceCollection AddAdoReminders(this IServiceCollection services, Func<IServiceProvider, DbDataSource> database) =>
        services.AddSingleton<IReminderStore>(provider => new AdoReminderStore(database(provider), ServiceId(provider)));

    private static string ServiceId(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<EmbeddedGrainOptions>>().Value.ServiceId;
}
