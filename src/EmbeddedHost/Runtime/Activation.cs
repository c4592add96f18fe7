using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>
/// The object behind references, its turns and its unfinished calls. Which calls may run together is decided as in Orleans:
/// at most one at a time, except that <c>AlwaysInterleave</c> calls always start and <c>ReadOnly</c> calls join each other.
/// </summary>
internal abstract class Activation(GrainHost host, GrainId id)
    : TurnScheduler(host.Options.Executor, host.Options.TurnsPerSlice), IGrainContext
{
    private readonly List<Invocation> waiting = [];
    private Invocation? firstUnfinished;
    private int unfinished;
    private Invocation? blocking;
    private bool lookAgain;

    /// <summary>The activation whose turn runs on this thread.</summary>
    public static Activation? OnThisThread => Running as Activation;

    public GrainHost Host { get; } = host;

    public GrainId GrainId { get; } = id;

    public abstract object? GrainInstance { get; }

    public abstract IServiceProvider ActivationServices { get; }

    public abstract Task Deactivated { get; }

    /// <summary>Whether somebody waits for an answer from here.</summary>
    public bool IsBusy => Volatile.Read(ref unfinished) > 0;

    /// <summary>Calls that have started and not ended.</summary>
    protected int RunningCalls { get; private set; }

    /// <summary>Whether calls may start now.</summary>
    protected abstract bool TakesCalls { get; }

    /// <summary>Whether it has ended: calls go elsewhere. Changes with the gate held.</summary>
    protected bool HasEnded { get; set; }

    public abstract GrainReference Reference(Type grainInterface);

    public abstract void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

    public abstract IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);

    public abstract void TimerEnded(ActivationTimer timer);

    public abstract void DelayDeactivation(TimeSpan timeSpan);

    /// <summary>Periodic look from outside: fails overdue calls.</summary>
    public virtual void Sweep(long now) => FailOverdue(now);

    /// <summary>Takes a call, from any thread; false when this has ended. A full queue answers the call with an exception.</summary>
    public bool TryAccept(Invocation call)
    {
        bool wake;
        lock (Gate)
        {
            if (HasEnded || IsDead)
            {
                return false;
            }

            if (unfinished >= Host.Options.MaxRequestsPerActivation)
            {
                wake = false;
            }
            else
            {
                Link(call);
                wake = PushFirst() | Push(call);
                call = null!;
            }
        }

        if (wake)
        {
            Wake();
        }

        call?.Fail(new LimitExceededException($"{GrainId} has {Host.Options.MaxRequestsPerActivation} unfinished requests."));
        return true;
    }

    /// <summary>A call arrives, inside a turn.</summary>
    public void Admit(Invocation call)
    {
        if (TakesCalls && MayStart(call))
        {
            Begin(call);
        }
        else
        {
            waiting.Add(call);
            lookAgain |= HasEnded;
        }
    }

    /// <summary>A call has been answered, inside a turn.</summary>
    public virtual void Finished(Invocation call)
    {
        lock (Gate)
        {
            Unlink(call);
        }

        RunningCalls--;
        if (blocking is null || ReferenceEquals(blocking, call))
        {
            blocking = null;
            lookAgain = true;
        }

        lookAgain |= RunningCalls == 0;
    }

    /// <summary>Has waiting calls looked at after this turn.</summary>
    protected void LookAgain() => lookAgain = true;

    protected override void AfterTurn()
    {
        while (lookAgain)
        {
            lookAgain = false;
            if (HasEnded)
            {
                PassOnWaiting();
            }
            else if (TakesCalls)
            {
                StartWaiting();
            }
        }
    }

    /// <summary>Queues what must run before the first call; with the gate held.</summary>
    protected virtual bool PushFirst() => false;

    /// <summary>What becomes of a call that waits for an ended activation.</summary>
    protected abstract void PassOn(Invocation call);

    /// <summary>Takes all unfinished calls away.</summary>
    protected List<Invocation> TakeUnfinished()
    {
        var taken = new List<Invocation>();
        lock (Gate)
        {
            while (firstUnfinished is { } call)
            {
                Unlink(call);
                taken.Add(call);
            }
        }

        return taken;
    }

    private void PassOnWaiting()
    {
        var calls = waiting.ToArray();
        waiting.Clear();
        foreach (var call in calls)
        {
            lock (Gate)
            {
                Unlink(call);
            }

            if (!call.IsAnswered)
            {
                PassOn(call);
            }
        }
    }

    private void StartWaiting()
    {
        for (var i = 0; i < waiting.Count && TakesCalls;)
        {
            var call = waiting[i];
            if (!MayStart(call))
            {
                i++;
                continue;
            }

            waiting.RemoveAt(i);
            if (call.IsAnswered)
            {
                // Timed out while it waited.
                lock (Gate)
                {
                    Unlink(call);
                }
            }
            else
            {
                Begin(call);
            }

            if (blocking is { Flags: var flags } && (flags & CallFlags.ReadOnly) == 0)
            {
                // Those that always interleave wait for nothing but the activation itself.
                lookAgain = waiting.Exists(static other => (other.Flags & CallFlags.AlwaysInterleave) != 0);
                if (!lookAgain)
                {
                    return;
                }
            }
        }
    }

    private void Begin(Invocation call)
    {
        RunningCalls++;
        if (blocking is null && (call.Flags & CallFlags.AlwaysInterleave) == 0)
        {
            blocking = call;
        }

        call.Start(this);
    }

    private bool MayStart(Invocation call) =>
        RunningCalls == 0
        || blocking is null
        || (call.Flags & CallFlags.AlwaysInterleave) != 0
        || (call.Flags & blocking.Flags & CallFlags.ReadOnly) != 0;

    private void FailOverdue(long now)
    {
        List<Invocation>? overdue = null;
        lock (Gate)
        {
            for (var call = firstUnfinished; call is not null; call = call.Next)
            {
                if (call.Deadline <= now && !call.IsAnswered)
                {
                    (overdue ??= []).Add(call);
                }
            }
        }

        foreach (var call in overdue ?? [])
        {
            call.Fail(Host.NoAnswer(GrainId, call));
        }
    }

    private void Link(Invocation call)
    {
        call.Target = this;
        call.IsLinked = true;
        call.Previous = null;
        call.Next = firstUnfinished;
        if (firstUnfinished is not null)
        {
            firstUnfinished.Previous = call;
        }

        firstUnfinished = call;
        unfinished++;
    }

    private void Unlink(Invocation call)
    {
        if (!call.IsLinked)
        {
            return;
        }

        call.IsLinked = false;
        unfinished--;
        if (call.Previous is null)
        {
            firstUnfinished = call.Next;
        }
        else
        {
            call.Previous.Next = call.Next;
        }

        if (call.Next is not null)
        {
            call.Next.Previous = call.Previous;
        }

        call.Previous = call.Next = null;
    }
}
