using System.Globalization;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Orders;

internal sealed partial class DeadlineSweeperGrain(
    IDeadlineReader deadlines,
    PolicyClock clock,
    IOptions<Policy> policy,
    ILogger<DeadlineSweeperGrain> logger) : Grain, IDeadlineSweeperGrain, IRemindable
{
    private const string Reminder = "sweep";

    /// <summary>The shortest that Orleans keeps.</summary>
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    private ShardRange _shards = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        _shards = int.TryParse(GrainKeys.IdPart(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Limits.DeadlineSweepers
            ? ShardRange.Of(number)
            : throw new ArgumentException($"'{key}' is no sweeper of deadlines.");
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        this.RegisterGrainTimer(
            Sweep, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = policy.Value.DeadlineSweep, KeepAlive = true });
    }

    public Task Wake() => Task.CompletedTask;

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    /// <summary>All that is due now, a page at a time, in the order of its time. What fails is due again at the next sweep.</summary>
    private async Task Sweep()
    {
        try
        {
            var now = clock.Now;
            DueOrder? last = null;
            while (true)
            {
                var page = await deadlines.Due(now, Limits.DeadlinePageMax, _shards, last);
                foreach (var some in page.Chunk(Limits.DeadlineCallsMax))
                {
                    await Task.WhenAll(some.Select(Apply));
                }

                if (page.Count < Limits.DeadlinePageMax)
                {
                    return;
                }

                last = page[^1];
            }
        }
        catch (StorageUnavailableException error)
        {
            LogNotSwept(error);
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
            LogNotApplied(due.Kind, due.Order, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Deadlines could not be looked for; the next sweep tries again")]
    private partial void LogNotSwept(Exception error);

    [LoggerMessage(2, LogLevel.Warning, "Deadline {Kind} of order {Order} could not be applied; the next sweep tries again")]
    private partial void LogNotApplied(DeadlineKind kind, OrderId order, Exception error);
}
