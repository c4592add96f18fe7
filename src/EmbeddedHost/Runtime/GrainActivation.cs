using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>One live grain, from its first call to its end.</summary>
internal sealed class GrainActivation(GrainHost host, GrainClass grainClass, string key)
    : Activation(host, new GrainId(grainClass.GrainType, key))
{
    private enum Phase
    {
        New,
        Activating,
        Valid,
        Deactivating,
        Ended,
    }

    private readonly TaskCompletionSource deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ActivationTimer> timers = [];
    private Phase phase = Phase.New;
    private AsyncServiceScope scope;
    private IGrainBase? instance;
    private volatile EndRequest? end;
    private long lastUsed = host.Now;
    private long keepUntil = long.MinValue;

    public GrainClass Class { get; } = grainClass;

    public override object? GrainInstance => instance;

    public override IServiceProvider ActivationServices => scope.ServiceProvider;

    public override Task Deactivated => deactivated.Task;

    protected override bool TakesCalls => phase == Phase.Valid && end is null;

    public override GrainReference Reference(Type grainInterface) => Host.Reference(grainInterface, Class, GrainId.Key);

    public override void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        bool wake;
        lock (Gate)
        {
            if (end is not null || HasEnded)
            {
                return;
            }

            end = new EndRequest(deactivationReason, Host.Now);
            wake = phase == Phase.New ? PushFirst() : Push(LookTurn.Instance);
        }

        if (wake)
        {
            Wake();
        }
    }

    public override IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ActivationTimer(this, callback, options);
        lock (Gate)
        {
            if (!HasEnded && phase != Phase.Deactivating)
            {
                timers.Add(timer);
                return timer;
            }
        }

        timer.Dispose();
        return timer;
    }

    public override void TimerEnded(ActivationTimer timer)
    {
        lock (Gate)
        {
            timers.Remove(timer);
        }
    }

    public override void DelayDeactivation(TimeSpan timeSpan) =>
        keepUntil = timeSpan == Timeout.InfiniteTimeSpan || timeSpan == TimeSpan.MaxValue ? long.MaxValue
            : timeSpan <= TimeSpan.Zero ? long.MinValue
            : Host.Now + Host.Ticks(timeSpan);

    public override void Finished(Invocation call)
    {
        if ((call.Flags & CallFlags.NoUse) == 0)
        {
            lastUsed = Host.Now;
        }

        base.Finished(call);
    }

    public override void Sweep(long now)
    {
        base.Sweep(now);
        if (phase == Phase.Valid && end is null && RunningCalls == 0
            && now - lastUsed >= Host.Ticks(Host.Options.IdleAfter) && now >= keepUntil)
        {
            Deactivate(new(DeactivationReasonCode.ActivationIdle, "Not used for a while."));
        }
        else if (end is not null && !HasEnded)
        {
            Post(LookTurn.Instance);
        }
    }

    /// <summary>Ends it without a word, as a crashed process does: no turn of it runs again and nobody gets an answer.</summary>
    public void Crash()
    {
        Kill();
        lock (Gate)
        {
            HasEnded = true;
        }

        Host.Forget(this);
        foreach (var timer in timers.ToArray())
        {
            timer.Dispose();
        }

        Host.Orphan(TakeUnfinished());
        deactivated.TrySetResult();
    }

    protected override bool BeforeTurn()
    {
        if (Host.Faults is { } faults && faults.CrashesBeforeTurn(this))
        {
            Crash();
            return false;
        }

        return true;
    }

    protected override bool PushFirst()
    {
        if (phase != Phase.New)
        {
            return false;
        }

        phase = Phase.Activating;
        return Push(new ActivateTurn(this));
    }

    protected override void AfterTurn()
    {
        if (end is { } request && phase == Phase.Valid && (RunningCalls == 0 || IsOverdue(request)))
        {
            phase = Phase.Deactivating;
            _ = EndAsync(request.Reason);
        }

        base.AfterTurn();
        if (end is not null && phase == Phase.Valid && RunningCalls == 0)
        {
            Post(LookTurn.Instance);
        }
    }

    protected override void PassOn(Invocation call)
    {
        if (end is { Reason: { ReasonCode: DeactivationReasonCode.ActivationFailed, Exception: { } failure } })
        {
            call.Fail(failure);
        }
        else if (call is not TickInvocation)
        {
            Host.SendAgain(Class, GrainId.Key, call);
        }
    }

    private bool IsOverdue(EndRequest request) => Host.Now - request.At >= Host.Ticks(Host.Options.DeactivationTimeout);

    private async Task ActivateAsync()
    {
        try
        {
            scope = Host.Services.CreateAsyncScope();
            var states = new List<IStateLoader>();
            instance = Class.Create(this, states);
            foreach (var state in states)
            {
                await state.LoadAsync();
            }

            await instance.OnActivateAsync(CancellationToken.None);
            lock (Gate)
            {
                phase = Phase.Valid;
            }

            LookAgain();
        }
#pragma warning disable CA1031 // The failure is the answer to whoever called.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Host.LogActivationFailed(GrainId, e);
            end = new EndRequest(new(DeactivationReasonCode.ActivationFailed, e, "It could not be activated."), Host.Now);
            await DisposeAsync();
            End();
        }
    }

    private async Task EndAsync(DeactivationReason why)
    {
        StopTimers();
        using var limit = new CancellationTokenSource(Host.Options.DeactivationTimeout, Host.Time);
        try
        {
            await instance!.OnDeactivateAsync(why, limit.Token).WaitAsync(limit.Token).ConfigureAwait(true);
        }
#pragma warning disable CA1031 // The grain ends whether or not it likes it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Host.LogDeactivationFailed(GrainId, e);
        }

        await DisposeAsync();
        End();
    }

    private void StopTimers()
    {
        foreach (var timer in timers.ToArray())
        {
            timer.Dispose();
        }
    }

    private async Task DisposeAsync()
    {
        try
        {
            if (instance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else if (instance is IDisposable disposable)
            {
                disposable.Dispose();
            }

            await scope.DisposeAsync();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Host.LogDeactivationFailed(GrainId, e);
        }
    }

    private void End()
    {
        StopTimers();
        lock (Gate)
        {
            phase = Phase.Ended;
            HasEnded = true;
        }

        Host.Forget(this);
        if (RunningCalls > 0)
        {
            // They may still answer; if not, somebody must tell their callers.
            Host.Orphan(TakeUnfinished());
        }

        LookAgain();
        deactivated.TrySetResult();
    }

    private sealed record EndRequest(DeactivationReason Reason, long At);

    private sealed class ActivateTurn(GrainActivation self) : ITurn
    {
        public void Run() => _ = self.ActivateAsync();
    }

    /// <summary>Does nothing itself; what is due comes after every turn.</summary>
    private sealed class LookTurn : ITurn
    {
        public static readonly LookTurn Instance = new();

        public void Run()
        {
        }
    }
}
