using System.Diagnostics.Metrics;
using Chat.Grains.Cluster;
using Chat.Grains.Fronts;
using Chat.Grains.Orders;
using Chat.Grains.Rehearsals;
using Chat.Grains.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chat.Grains;

/// <summary>What the grains need from the process that hosts them.</summary>
public static class ChatGrains
{
    /// <summary>The configuration section of <see cref="Policy"/>.</summary>
    public const string PolicySection = "Chat:Policy";

    /// <summary>
    /// Adds policy (validated at start), clock and the ways to front ends. Storage is added by <c>AddChatStorage</c>, the
    /// host itself by the process.
    /// </summary>
    public static IServiceCollection AddChatGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddChatPolicy(configuration);
        services.TryAddSingleton<IFrontLinks>(provider =>
        {
            var links = new FrontLinks(
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FrontLinks>>(),
                provider.GetService<TaskScheduler>() ?? TaskScheduler.Default,
                provider.GetService<ILocalFront>);
            if (provider.GetService<IMeterFactory>() is { } meters)
            {
                LinkMetrics.Observe(meters, links);
            }

            return links;
        });
        services.TryAddSingleton<NearbyRecipients>();
        return services;
    }

    /// <summary>Has this process wake the sweepers of deadlines: every process of a cluster may, and at least one must.</summary>
    public static IServiceCollection AddDeadlineWaker(this IServiceCollection services) => services.AddHostedService<DeadlineWaker>();

    /// <summary>
    /// Has this process tell the cluster's board of itself. <paramref name="place"/> says where it is, for people, and is asked
    /// after the start; an <see cref="IFrontLoad"/> among the services tells of its connections.
    /// </summary>
    public static IServiceCollection AddClusterReporter(this IServiceCollection services, ProcessKind kind, Func<IServiceProvider, string> place)
    {
        services.AddSingleton(provider => new ProcessIdentity(kind, () => place(provider)));
        return services.AddHostedService<ClusterReporter>();
    }

    /// <summary>Adds policy, rehearsal and the clock of deadlines alone, for a process that hosts no grains.</summary>
    public static IServiceCollection AddChatPolicy(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<Policy>().Bind(configuration.GetSection(PolicySection)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<Policy>, PolicyValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<RehearsalOptions>().Bind(configuration.GetSection(RehearsalOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RehearsalOptions>, RehearsalOptionsValidator>());
        services.AddHostedService<RehearsalNotice>();
        services.TryAddSingleton(provider => new PolicyClock(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<RehearsalOptions>>().Value));
        return services;
    }
}
