using Chat.Grains.Shared;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.Grains.Orders;

/// <summary>
/// Wakes the sweepers when a process has started and as often as they sweep: after a crash the next process does at once what
/// a reminder would do within a minute.
/// </summary>
internal sealed partial class DeadlineWaker(
    IGrainFactory grains,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    IOptions<Policy> policy,
    ILogger<DeadlineWaker> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Grains answer only after the whole host has started.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await Task.WhenAll(Enumerable.Range(0, Limits.DeadlineSweepers).Select(number => KeepAwake(number, stoppingToken)));
    }

    private async Task KeepAwake(int number, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = policy.Value.DeadlineSweep;
            try
            {
                await grains.DeadlineSweeper(number).Wake();
            }
            catch (Exception error)
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                LogNotWoken(number, error);
                wait = RetryAfter;
            }

            await Task.Delay(wait, time, stop);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Sweeper {Number} of deadlines could not be woken; it is tried again")]
    private partial void LogNotWoken(int number, Exception error);
}
