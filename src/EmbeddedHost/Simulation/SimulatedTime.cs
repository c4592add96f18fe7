namespace Chat.EmbeddedHost.Simulation;

/// <summary>
/// A clock that stands still while anything can run. Timers that are due at one time come in a seeded order. What
/// <see cref="GetUtcNow"/> tells can be set like a machine's clock; timers and timestamps do not notice.
/// </summary>
public sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulationScheduler scheduler;
    private readonly PriorityQueue<(Alarm Alarm, long Setting), (long Due, long Order)> alarms = new();
    private long ticks = Start.UtcTicks;
    private TimeSpan set;
    private long order;

    internal SimulatedTime(SimulationScheduler scheduler) => this.scheduler = scheduler;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due, by the clock as it was never set; null when there is none.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            while (alarms.TryPeek(out var next, out var when))
            {
                if (next.Alarm.Setting == next.Setting)
                {
                    return new DateTimeOffset(when.Due, TimeSpan.Zero);
                }

                alarms.Dequeue();
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Unset + set;

    /// <inheritdoc/>
    public override long GetTimestamp() => ticks;

    /// <summary>Sets the clock forward or back, as an administrator or a time server does.</summary>
    public void Set(TimeSpan by) => set += by;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>The time as if the clock had never been set: it never goes back.</summary>
    internal DateTimeOffset Unset => new(ticks, TimeSpan.Zero);

    /// <summary>Moves to a time and makes all timers due by then ready.</summary>
    internal void Advance(DateTimeOffset to)
    {
        ticks = Math.Max(ticks, to.UtcTicks);
        while (NextDue is { } due && due.UtcTicks <= ticks)
        {
            var (alarm, setting) = alarms.Dequeue();
            scheduler.Add(() => alarm.Ring(setting));
        }
    }

    private sealed class Alarm(SimulatedTime time, Action callback) : ITimer
    {
        private TimeSpan period;
        private bool disposed;

        /// <summary>Counts changes: what was queued for an earlier setting is void.</summary>
        public long Setting { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (disposed)
            {
                return false;
            }

            this.period = period;
            Setting++;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                time.alarms.Enqueue((this, Setting), (time.ticks + Math.Max(0, dueTime.Ticks), time.order++));
            }

            return true;
        }

        public void Ring(long setting)
        {
            if (disposed || setting != Setting)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                Change(period, period);
            }

            callback();
        }

        public void Dispose()
        {
            disposed = true;
            Setting++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
