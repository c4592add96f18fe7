using Chat.Grains.Shared;
using Chat.WebFront.Presence;

namespace Chat.WebFront.Connections;

/// <summary>
/// A polite end: clients are told to come back elsewhere, agents of this front are reported gone, registrations are taken
/// back; all before the web server cuts the sockets.
/// </summary>
internal sealed partial class FrontDrain(
    ConnectionDirectory directory,
    FrontLeases leases,
    PresenceReporter presence,
    IHostApplicationLifetime lifetime,
    ILogger<FrontDrain> logger) : IHostedService
{
    /// <summary>Clients come back after up to this, each at a time of its own.</summary>
    private const int ComeBackWithinMs = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Callbacks run last come, first served: this one before SignalR's own, which closes every connection.
        lifetime.ApplicationStopping.Register(() =>
        {
            if (!Drain().Wait(Patience))
            {
                LogSlow();
            }
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Drain()
    {
        try
        {
            // Both at once: no client waits for a grain that may be slow to answer, and no agent lingers for slow clients.
            var gone = Task.Run(presence.TakeBack);
            await Task.WhenAll(directory.Connections.Select(connection =>
                connection.CloseAsync(ClosingCode.Draining, TimeSpan.FromMilliseconds(Random.Shared.Next(ComeBackWithinMs)))));
            await gone;
            await leases.DetachAll();
        }
        catch (Exception error)
        {
            LogFailed(error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Leaving took too long; leases will end by themselves")]
    private partial void LogSlow();

    [LoggerMessage(2, LogLevel.Warning, "Leaving failed; leases will end by themselves")]
    private partial void LogFailed(Exception error);
}
