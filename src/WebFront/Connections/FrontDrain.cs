using System.Diagnostics;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Options;
using Chat.WebFront.Presence;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Connections;

/// <summary>
/// The first part of a polite end, before the web server cuts the sockets: <c>/health/ready</c> says no, so that a load
/// balancer sends nobody here; no link is taken any more; clients are told to go elsewhere, each at a moment of its own; agents
/// of this front are reported gone, and registrations are taken back. What comes after it: the web server, what the
/// log has accepted (<see cref="LogFlush"/>), the grains, the database's connections.
/// </summary>
internal sealed partial class FrontDrain(
    ConnectionDirectory directory,
    FrontLeases leases,
    PresenceReporter presence,
    StopStage stage,
    IOptions<FrontOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<FrontDrain> logger) : IHostedService
{
    /// <summary>Few clients need no time to go one after another: each adds this much, up to the time that is set.</summary>
    private static readonly TimeSpan SpreadForEach = TimeSpan.FromMilliseconds(10);

    /// <summary>What saying goodbye may take beside the times that are set.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private bool _isDraining;

    /// <summary>Whether this process was told to stop: it is not ready, and takes nobody in.</summary>
    public bool IsDraining => Volatile.Read(ref _isDraining);

    private TimeSpan Notice => options.Value.Drain.NoticeOf(options.Value.Mode);

    private TimeSpan Spread => options.Value.Drain.Spread;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Callbacks run last come, first served: this one before SignalR's own, which closes every connection.
        lifetime.ApplicationStopping.Register(() =>
        {
            Volatile.Write(ref _isDraining, true);
            stage.Enter("sending the clients away");
            if (!Drain().Wait(Notice + Spread + Patience))
            {
                LogSlow();
            }

            stage.Enter("the web server");
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Drain()
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            var count = directory.Connections.Count();
            LogUnready(count);
            if (count > 0)
            {
                // A load balancer asks every few seconds; who is sent away before it knows may be sent back here.
                await Task.Delay(Notice);
            }

            var spread = Min(Spread, count * SpreadForEach);
            await Task.WhenAll(directory.Connections.Select(connection => Leave(connection, spread * Random.Shared.NextDouble())));

            // Who said hello while the others left.
            await Task.WhenAll(directory.Connections.Select(connection => Leave(connection, TimeSpan.Zero)));
            LogClosed(count, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);

            await presence.TakeBack();
            await leases.DetachAll();
        }
        catch (Exception error)
        {
            LogFailed(error);
        }
    }

    private static async Task Leave(ClientConnection connection, TimeSpan after)
    {
        await Task.Delay(after);
        await connection.CloseAsync(ClosingCode.Draining, TimeSpan.Zero);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(1, LogLevel.Warning, "Leaving took too long; leases will end by themselves")]
    private partial void LogSlow();

    [LoggerMessage(2, LogLevel.Warning, "Leaving failed; leases will end by themselves")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(3, LogLevel.Information, "Told to stop: not ready any more; {Connections} connections are to go elsewhere")]
    private partial void LogUnready(int connections);

    [LoggerMessage(4, LogLevel.Information, "{Connections} connections were closed within {Milliseconds} ms")]
    private partial void LogClosed(int connections, long milliseconds);
}
