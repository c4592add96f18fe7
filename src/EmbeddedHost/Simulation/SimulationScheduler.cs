using System.Runtime.ExceptionServices;

namespace Chat.EmbeddedHost.Simulation;

/// <summary>The simulated program cannot go on, or left the simulation.</summary>
public sealed class SimulationException(string message) : Exception(message);

/// <summary>
/// Runs everything on the calling thread, one work item at a time, choosing the next by a seeded generator; when nothing is
/// ready, virtual time jumps to the next timer. The same seed gives the same order. Code under it must not leave it: work
/// that arrives from another thread ends the run with a <see cref="SimulationException"/>.
/// </summary>
public sealed class SimulationScheduler : TaskScheduler, ITurnExecutor
{
    private readonly List<object> ready = [];
    private readonly Random choices;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private string? foreign;
    private Exception? broken;
    private ulong hash = 14695981039346656037;

    /// <summary>A scheduler of the current thread.</summary>
    public SimulationScheduler(int seed)
    {
        choices = new Random(seed);
        Time = new SimulatedTime(this);
    }

    /// <summary>The virtual clock; starts at 2026-01-01 UTC.</summary>
    public SimulatedTime Time { get; }

    /// <summary>Work items run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Digest of all choices and notes so far: two runs that did the same have the same.</summary>
    public ulong TraceHash => hash;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <inheritdoc/>
    public void Queue(IThreadPoolWorkItem slice) => Add(slice);

    /// <summary>
    /// Ends the run with this at the next step: for checks inside calls whose caller may take any exception for an accident.
    /// The first one counts.
    /// </summary>
    public void Fail(Exception violation) => broken ??= violation;

    /// <summary>Adds something that happened to the trace.</summary>
    public void Note(string what)
    {
        foreach (var letter in what)
        {
            Mix(letter);
        }
    }

    /// <summary>
    /// Runs the program until its task is complete, and throws what it threw. Throws <see cref="SimulationException"/> when
    /// it stands still, when virtual time passes the limit, or when it takes too many steps.
    /// </summary>
    public void Run(Func<Task> program, TimeSpan timeMax, long stepsMax)
    {
        var until = Time.Unset + timeMax;
        var context = SynchronizationContext.Current;

        // An await prefers the caller's context (test runners have one) to the scheduler, and would leave by it.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var main = Task.Factory.StartNew(program, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();
            while (!main.IsCompleted)
            {
                Step(until, stepsMax);
            }

            ThrowIfBroken();

            main.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    internal void Add(object item)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            // Only remembered: throwing here would end somebody else's thread.
            Volatile.Write(ref foreign, item.ToString());
            return;
        }

        ready.Add(item);
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => ready.OfType<Task>();

    private void Step(DateTimeOffset until, long stepsMax)
    {
        if (Volatile.Read(ref foreign) is { } intruder)
        {
            throw new SimulationException($"Work arrived from a thread outside of the simulation: {intruder}.");
        }

        ThrowIfBroken();
        if (++Steps > stepsMax)
        {
            throw new SimulationException($"Not done after {stepsMax} steps.");
        }

        if (ready.Count == 0)
        {
            if (Time.NextDue is not { } due)
            {
                throw new SimulationException("Deadlock: nothing is ready and no timer is set.");
            }

            if (due > until)
            {
                throw new SimulationException($"Not done at {until:O}, virtual time.");
            }

            Time.Advance(due);
            return;
        }

        var chosen = choices.Next(ready.Count);
        Mix((ulong)chosen);
        Mix((ulong)ready.Count);
        Mix((ulong)Time.GetTimestamp());
        var item = ready[chosen];
        ready[chosen] = ready[^1];
        ready.RemoveAt(ready.Count - 1);
        switch (item)
        {
            case Task task:
                TryExecuteTask(task);
                break;
            case IThreadPoolWorkItem slice:
                slice.Execute();
                break;
            default:
                ((Action)item)();
                break;
        }
    }

    private void ThrowIfBroken()
    {
        if (broken is not null)
        {
            ExceptionDispatchInfo.Throw(broken);
        }
    }

    private void Mix(ulong value) => hash = unchecked((hash ^ value) * 1099511628211);
}
