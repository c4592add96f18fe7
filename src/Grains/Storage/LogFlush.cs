using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Storage;

/// <summary>
/// When the process stops: waits until what the log has accepted is written, before the grains are handed over. The log goes
/// on accepting, because grains that are asked from elsewhere until they are gone still write; it ends, and writes the
/// last of it, when the container is disposed of, and the database's connections after it.
/// </summary>
internal sealed partial class LogFlush(IConversationLog log, StopStage stage, TimeProvider time, ILogger<LogFlush> logger) : IHostedService
{
    /// <summary>A database that does not answer must not keep the grains from leaving.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        stage.Enter("writing what the log has accepted");
        try
        {
            if (log is SqlConversationLog own)
            {
                await own.Flush().WaitAsync(Patience, time, cancellationToken);
                LogWritten();
            }
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            LogWaiting();
        }

        stage.Enter("handing over the grains");
    }

    [LoggerMessage(1, LogLevel.Information, "What the log has accepted is written; the grains are next")]
    private partial void LogWritten();

    [LoggerMessage(2, LogLevel.Warning, "The log still waits for the database; its senders will be told that the outcome is unknown")]
    private partial void LogWaiting();
}
