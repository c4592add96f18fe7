using Chat.EmbeddedHost.Storage;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>Wakes grains at the times in the store. A tick that was missed while no host ran comes at the start.</summary>
internal sealed class ReminderService(GrainHost host, IReminderStore store) : IHostedService, IDisposable
{
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SleepMax = TimeSpan.FromHours(12);

    private readonly Lock gate = new();
    private readonly Dictionary<(GrainId Grain, string Name), Alarm> alarms = [];
    private bool stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await store.ReadAll())
        {
            Set(row);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public async Task<IGrainReminder> Register(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < PeriodMin)
        {
            throw new ArgumentException($"A reminder's period is at least {PeriodMin}.", nameof(period));
        }

        var row = new ReminderRow(grain, name, host.Time.GetUtcNow() + dueTime, period);
        await store.Upsert(row);
        Set(row);
        return new Handle(name);
    }

    public async Task Unregister(GrainId grain, string name)
    {
        await store.Delete(grain, name);
        lock (gate)
        {
            if (alarms.Remove((grain, name), out var alarm))
            {
                alarm.Timer.Dispose();
            }
        }
    }

    public Task<IGrainReminder?> Get(GrainId grain, string name)
    {
        lock (gate)
        {
            return Task.FromResult<IGrainReminder?>(alarms.ContainsKey((grain, name)) ? new Handle(name) : null);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            foreach (var alarm in alarms.Values)
            {
                alarm.Timer.Dispose();
            }

            alarms.Clear();
        }
    }

    private void Set(ReminderRow row)
    {
        lock (gate)
        {
            if (stopped)
            {
                return;
            }

            if (alarms.Remove((row.Grain, row.Name), out var old))
            {
                old.Timer.Dispose();
            }

            var alarm = new Alarm(row);
            alarm.Timer = host.Time.CreateTimer(_ => Ring(alarm), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            alarms.Add((row.Grain, row.Name), alarm);
            Wind(alarm);
        }
    }

    /// <summary>Sets the timer for the next due time, or for a look before it when that is far.</summary>
    private void Wind(Alarm alarm)
    {
        var now = host.Time.GetUtcNow();
        if (alarm.NextDue <= now && alarm.HasRung)
        {
            alarm.NextDue += alarm.Row.Period * (1 + Math.Floor((now - alarm.NextDue) / alarm.Row.Period));
        }

        var wait = alarm.NextDue - now;
        alarm.Timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > SleepMax ? SleepMax : wait, Timeout.InfiniteTimeSpan);
    }

    private void Ring(Alarm alarm)
    {
        var now = host.Time.GetUtcNow();
        lock (gate)
        {
            if (stopped || !alarms.TryGetValue((alarm.Row.Grain, alarm.Row.Name), out var current) || current != alarm)
            {
                return;
            }

            var due = alarm.NextDue <= now;
            alarm.HasRung |= due;
            Wind(alarm);
            if (!due)
            {
                return;
            }
        }

        _ = Tell(alarm.Row, now);
    }

    private async Task Tell(ReminderRow row, DateTimeOffset now)
    {
        try
        {
            if (host.Reference<IRemindable>(row.Grain) is { } grain)
            {
                await grain.ReceiveReminder(row.Name, new TickStatus(row.FirstDue.UtcDateTime, row.Period, now.UtcDateTime));
            }
        }
#pragma warning disable CA1031 // A reminder that failed comes again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            host.LogReminderFailed(row.Grain, row.Name, e);
        }
    }

    private sealed class Alarm(ReminderRow row)
    {
        public ReminderRow Row { get; } = row;

        public DateTimeOffset NextDue { get; set; } = row.FirstDue;

        public bool HasRung { get; set; }

        public ITimer Timer { get; set; } = null!;
    }

    private sealed record Handle(string ReminderName) : IGrainReminder;
}
