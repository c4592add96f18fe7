using Chat.Grains;
using Chat.Grains.Cluster;
using Chat.Silo.Telemetry;
using Chat.WebFront.Operator;
using Chat.WebFront.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Chat.WebFront.Telemetry;

/// <summary>How a front end is watched.</summary>
internal static class FrontTelemetry
{
    /// <summary>Adds export of metrics and traces, the private port for scrapes, and this process's reports to the board.</summary>
    public static void AddFrontTelemetry(this IServiceCollection services, HostMode mode)
    {
        var kind = mode switch
        {
            HostMode.Node => ProcessKind.Node,
            HostMode.Front => ProcessKind.Front,
            _ => ProcessKind.Single,
        };
        services.AddChatTelemetry("chat-" + kind.ToString().ToLowerInvariant(), isScraped: false);
        services.AddMetricsPort();
        services.AddClusterReporter(kind, PlaceOf);
        services.AddSingleton<ClusterHosts>();
    }

    /// <summary>The machine, and the port it serves browsers on.</summary>
    private static string PlaceOf(IServiceProvider services)
    {
        var address = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return Uri.TryCreate(address?.Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            ? $"{Environment.MachineName}:{uri.Port}"
            : Environment.MachineName;
    }
}
