using System.Globalization;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>On the embedded host: one process.</summary>
public sealed partial class WatchedProcesses
{
    /// <summary>The process that people write from, and that which stores.</summary>
    internal const string FrontService = "chat-single", StoreService = FrontService;

    private async Task<(Uri Front, Uri[] Metrics)> StartPrograms()
    {
        var (front, metrics) = (new Uri($"http://127.0.0.1:{FreePorts.Next()}"), FreePorts.Next());
        var settings = new Dictionary<string, string>(Settings(Receiver.Grpc, "grpc")) { ["Chat__Telemetry__MetricsPort"] = metrics.ToString(CultureInfo.InvariantCulture) };
        _programs.Add(await ServerProcess.Start(ServerProcess.WebFront, front, settings, LinesKept));
        return (front, [new Uri($"http://127.0.0.1:{metrics}/metrics")]);
    }
}
