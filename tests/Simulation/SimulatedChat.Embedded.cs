using Chat.EmbeddedHost.Simulation;
using Chat.Grains;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Simulation;

/// <summary>What every scenario's host is made of; each adds the storage that its story needs.</summary>
internal static class SimulatedChat
{
    /// <summary>The grains' services in virtual time, without a log.</summary>
    public static IServiceCollection AddSimulatedChat(this IServiceCollection services, SimulatedCluster cluster)
    {
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddSingleton<TimeProvider>(cluster.Time);
        return services.AddChatGrains(new ConfigurationBuilder().Build());
    }
}
