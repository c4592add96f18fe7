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
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Grains answer only after the whole host has started.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(policy.Value.DeadlineSweep, time);
        do
        {
            try
            {
                await Task.WhenAll(Enumerable.Range(0, Limits.DeadlineSweepers).Select(number => grains.DeadlineSweeper(number).Wake()));
            }
            catch (Exception error)
            {
                if (!stoppingToken.IsCancellationRequested)
                {
                    LogNotWoken(error);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "The sweepers of deadlines could not be woken; it is tried again")]
    private partial void LogNotWoken(Exception error);
}
