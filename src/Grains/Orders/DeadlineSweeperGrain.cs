using System.Globalization;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Orders;

internal sealed partial class DeadlineSweeperGrain(
    IDeadlineReader deadlines,
    IWakeReader asleep,
    PolicyClock clock,
    IOptions<Policy> policy,
    ILogger<DeadlineSweeperGrain> logger) : Grain, IDeadlineSweeperGrain, IRemindable
{
    private const string Reminder = "sweep";

    /// <summary>The shortest that Orleans keeps.</summary>
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>After a failure: what failed, most of all a silo or a database that was away, is soon there again.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private ShardRange _shards = null!;
    private IGrainTimer _timer = null!;
    private bool _failed;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        _shards = int.TryParse(GrainKeys.IdPart(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Limits.DeadlineSweepers
            ? ShardRange.Of(number)
            : throw new ArgumentException($"'{key}' is no sweeper of deadlines.");
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod, cancellationToken);
        _timer = this.RegisterGrainTimer(
            Sweep, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = policy.Value.DeadlineSweep, KeepAlive = true });
    }

    public Task Wake() => Task.CompletedTask;

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    /// <summary>All that is due now, a page at a time, in the order of its time. What fails is due again at the next sweep, which then comes sooner.</summary>
    private async Task Sweep()
    {
        _failed = false;
        try
        {
            await SweepOnce();
        }
        catch (StorageUnavailableException error)
        {
            _failed = true;
            LogNotSwept(error);
        }

        if (_failed)
        {
            _timer.Change(RetryAfter, policy.Value.DeadlineSweep);
        }
    }

    private async Task SweepOnce()
    {
        var now = clock.Now;
        await All<DueOrder>(last => deadlines.Due(now, Limits.DeadlinePageMax, _shards, last), Apply);
        await All<SleepingGrain>(last => asleep.Asleep(now, Limits.DeadlinePageMax, _shards, last), Wake);
    }

    private static async Task All<T>(Func<T?, Task<IReadOnlyList<T>>> read, Func<T, Task> call)
        where T : class
    {
        T? last = null;
        while (true)
        {
            var page = await read(last);
            await Call(page, call);
            if (page.Count < Limits.DeadlinePageMax)
            {
                return;
            }

            last = page[^1];
        }
    }

    /// <summary>Several at the same time, and none waits for another: a call to a silo that has died takes seconds to fail.</summary>
    private static Task Call<T>(IReadOnlyList<T> page, Func<T, Task> call)
    {
        var next = 0;
        return Task.WhenAll(Enumerable.Range(0, Limits.DeadlineCallsMax).Select(_ => CallNext()));

        async Task CallNext()
        {
            while (next < page.Count)
            {
                await call(page[next++]);
            }
        }
    }

    private async Task Apply(DueOrder due)
    {
        try
        {
            await GrainFactory.Order(due.Order).ApplyDeadline(due.Kind, due.Version);
        }
        catch (Exception error)
        {
            _failed = true;
            LogNotApplied(due.Kind, due.Order, error);
        }
    }

    /// <summary>Rows of a kind that only a later build knows are its business.</summary>
    private async Task Wake(SleepingGrain sleeper)
    {
        try
        {
            if (sleeper.State == ReviewGrain.StateName)
            {
                await GrainFactory.GetGrain<IReviewGrain>(sleeper.Key).Wake();
            }
        }
        catch (Exception error)
        {
            _failed = true;
            LogNotWoken(sleeper.Key, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Deadlines could not be looked for; the next sweep tries again")]
    private partial void LogNotSwept(Exception error);

    [LoggerMessage(2, LogLevel.Warning, "Deadline {Kind} of order {Order} could not be applied; the next sweep tries again")]
    private partial void LogNotApplied(DeadlineKind kind, OrderId order, Exception error);

    [LoggerMessage(3, LogLevel.Warning, "Grain {Grain} could not be woken; the next sweep tries again")]
    private partial void LogNotWoken(string grain, Exception error);
}
