using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>A grain timer: each tick is a call to the activation, and the next is set when it is done.</summary>
internal sealed class ActivationTimer : IGrainTimer
{
    private readonly Activation owner;
    private readonly Func<CancellationToken, Task> callback;
    private readonly CallFlags flags;
    private readonly CancellationTokenSource ended = new();
    private readonly ITimer timer;
    private TimeSpan period;
    private bool ticking;
    private bool changed;
    private bool missed;
    private bool disposed;

    public ActivationTimer(Activation owner, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        this.owner = owner;
        this.callback = callback;
        period = options.Period;
        flags = (options.Interleave ? CallFlags.AlwaysInterleave : CallFlags.None) | (options.KeepAlive ? CallFlags.None : CallFlags.NoUse);
        timer = owner.Host.Time.CreateTimer(static self => ((ActivationTimer)self!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        this.period = period;
        changed = true;
        if (!disposed)
        {
            timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        timer.Dispose();
        owner.TimerEnded(this);

        // Cancelled, not disposed: a tick may still be looking at the token.
        ended.Cancel();
    }

    /// <summary>Runs the callback inside a turn.</summary>
    public Task Tick()
    {
        if (disposed)
        {
            return Task.CompletedTask;
        }

        changed = false;
        return callback(ended.Token);
    }

    /// <summary>After a tick, inside a turn.</summary>
    public void Ticked(Exception? failure)
    {
        ticking = false;
        if (failure is not null)
        {
            owner.Host.LogTimerFailed(owner.GrainId, failure);
        }

        if (missed)
        {
            missed = false;
            Due();
        }
        else if (!disposed && !changed && period != Timeout.InfiniteTimeSpan)
        {
            timer.Change(period, Timeout.InfiniteTimeSpan);
        }
    }

    private void Due()
    {
        if (ticking || disposed)
        {
            // Set anew during a long tick: comes after it.
            missed = ticking;
            return;
        }

        ticking = true;
        if (!owner.TryAccept(new TickInvocation(this, flags)))
        {
            ticking = false;
        }
    }
}
