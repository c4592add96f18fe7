using System.Globalization;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>On Orleans: a silo, which sends its telemetry over HTTP, and a front, which sends it over gRPC.</summary>
public sealed partial class WatchedProcesses
{
    /// <summary>The process that people write from, and that which stores.</summary>
    internal const string FrontService = "chat-front", StoreService = "chat-silo";

    private async Task<(Uri Front, Uri[] Metrics)> StartPrograms()
    {
        var (front, health, metrics) = (new Uri($"http://127.0.0.1:{FreePorts.Next()}"), FreePorts.Next(), FreePorts.Next());
        var silo = new Dictionary<string, string>(Settings(Receiver.Http, "http/protobuf"))
        {
            ["Chat__Silo__SiloPort"] = Text(FreePorts.Next()),
            ["Chat__Silo__GatewayPort"] = Text(FreePorts.Next()),
            ["Chat__Silo__HealthPort"] = Text(health),
        };
        _programs.Add(await ServerProcess.Start(ServerProcess.Silo, new Uri($"http://127.0.0.1:{health}"), silo, LinesKept));
        var web = new Dictionary<string, string>(Settings(Receiver.Grpc, "grpc")) { ["Chat__Mode"] = "Front", ["Chat__Telemetry__MetricsPort"] = Text(metrics) };
        _programs.Add(await ServerProcess.Start(ServerProcess.WebFront, front, web, LinesKept));
        return (front, [new Uri($"http://127.0.0.1:{health}/metrics"), new Uri($"http://127.0.0.1:{metrics}/metrics")]);

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }
}
