namespace Chat.EmbeddedHost.Runtime;

/// <summary>A step of an activation that is no task continuation.</summary>
internal interface ITurn
{
    /// <summary>Runs on the activation's scheduler; never throws.</summary>
    void Run();
}

/// <summary>
/// Runs turns one at a time, first come first served. A turn is an <see cref="ITurn"/> or a task; since turns run under
/// this scheduler, every await in them that does not opt out continues as another turn.
/// </summary>
internal abstract class TurnScheduler(ITurnExecutor executor, int turnsPerSlice) : TaskScheduler, IThreadPoolWorkItem
{
    [ThreadStatic]
    private static TurnScheduler? running;

    private readonly Queue<object> turns = new();
    private bool scheduled;
    private bool dead;

    /// <summary>The scheduler whose turn runs on this thread.</summary>
    protected static TurnScheduler? Running => running;

    /// <summary>Guards the queue, and whatever else a subclass changes from other threads.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Whether <see cref="Kill"/> was called.</summary>
    public bool IsDead => Volatile.Read(ref dead);

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Queues a turn. Call with <see cref="Gate"/> held; then <see cref="Wake"/> without it when this returns true.</summary>
    protected bool Push(object turn)
    {
        if (dead)
        {
            return false;
        }

        turns.Enqueue(turn);
        if (scheduled)
        {
            return false;
        }

        scheduled = true;
        return true;
    }

    /// <summary>Asks the executor for a slice.</summary>
    protected void Wake() => executor.Queue(this);

    /// <summary>Queues a turn from anywhere.</summary>
    protected void Post(object turn)
    {
        bool wake;
        lock (Gate)
        {
            wake = Push(turn);
        }

        if (wake)
        {
            Wake();
        }
    }

    /// <summary>Forgets all turns, now and later: what waited in an await never goes on.</summary>
    protected void Kill()
    {
        lock (Gate)
        {
            dead = true;
            turns.Clear();
        }
    }

    /// <summary>Runs after each turn, on this scheduler.</summary>
    protected abstract void AfterTurn();

    /// <summary>Whether the next turn may run; false when the host was told to crash here instead.</summary>
    protected virtual bool BeforeTurn() => true;

    void IThreadPoolWorkItem.Execute()
    {
        if (IsDead)
        {
            // Killed after it asked for the slice; a dead scheduler runs nothing, and running it anyway would wait for ever.
            return;
        }

        var outer = running;
        running = this;
        try
        {
            // One task around the whole slice makes this the current scheduler at the cost of one object, not one a turn.
            new Task(static self => ((TurnScheduler)self!).RunSlice(), this).RunSynchronously(this);
        }
        finally
        {
            running = outer;
        }
    }

    protected override void QueueTask(Task task) => Post(task);

    /// <summary>A continuation that is ready inside one of our own turns runs in it, as in Orleans.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && running == this && !dead && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (Gate)
        {
            return turns.OfType<Task>().ToArray();
        }
    }

    private void RunSlice()
    {
        for (var turn = 0; turn < turnsPerSlice; turn++)
        {
            object? next;
            lock (Gate)
            {
                if (dead || !turns.TryDequeue(out next))
                {
                    scheduled = false;
                    return;
                }
            }

            if (!BeforeTurn())
            {
                return;
            }

            if (next is Task task)
            {
                TryExecuteTask(task);
            }
            else
            {
                ((ITurn)next).Run();
            }

            AfterTurn();
        }

        Wake();
    }
}
