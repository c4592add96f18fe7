using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Presence;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Connections;

/// <summary>The front's heartbeat: once a second it renews that second's share of all leases, so that load is even.</summary>
internal sealed partial class FrontClock(
    FrontLeases leases,
    StoreRights rights,
    PresenceReporter presence,
    PresenceWatches watches,
    ExpiryWheel expiry,
    ConnectionDirectory directory,
    PersonBudgets budgets,
    AddressBudgets addresses,
    TimeProvider time,
    IOptions<Policy> policy,
    ILogger<FrontClock> logger) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Beats between two looks at who may be forgotten.</summary>
    private const int BudgetsEvery = 10;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        var rightsShares = Math.Max(1, (int)policy.Value.FrontRenewal.TotalSeconds);

        // Each kind of work goes on by itself: one that hangs on an unreachable grain must not hold up the others.
        var work = new Dictionary<string, Task>();
        for (var second = 0L; await Next(timer, stoppingToken); second++)
        {
            var now = time.GetUtcNow();
            expiry.Tick(now);
            AskReaders();
            if (second % BudgetsEvery == 0)
            {
                budgets.Tick();
                addresses.Tick();
            }

            var current = second;
            Start(work, "leases", () => leases.Tick(current));
            Start(work, "rights", () => rights.Tick(current, rightsShares));
            Start(work, "presence", () => presence.Tick(current));
            Start(work, "watches", () => watches.Tick(now));
        }
    }

    /// <summary>A full queue cuts by itself; this is for those that little is sent to.</summary>
    private void AskReaders()
    {
        foreach (var connection in directory.Connections)
        {
            connection.Probe();
        }

        foreach (var connection in directory.Strangers)
        {
            connection.Probe();
        }
    }

    /// <summary>Being told to stop is no fault, also not while the start of another service fails.</summary>
    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Start(Dictionary<string, Task> work, string name, Func<Task> start)
    {
        if (!work.TryGetValue(name, out var last) || last.IsCompleted)
        {
            work[name] = Guard(name, start);
        }
        else
        {
            LogBehind(name);
        }
    }

    private async Task Guard(string name, Func<Task> start)
    {
        try
        {
            await Task.Yield();
            await start();
        }
        catch (Exception error)
        {
            LogFailed(name, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Renewing {Work} takes longer than a second; a share is skipped")]
    private partial void LogBehind(string work);

    [LoggerMessage(2, LogLevel.Error, "Renewing {Work} failed")]
    private partial void LogFailed(string work, Exception error);
}
