using System.Diagnostics;
using Orleans.Storage;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>How calls of a method behave.</summary>
[Flags]
internal enum CallFlags
{
    None = 0,
    AlwaysInterleave = 1,
    ReadOnly = 2,
    OneWay = 4,

    /// <summary>Of a timer that does not count as use.</summary>
    NoUse = 8,
}

/// <summary>The result of methods that have none.</summary>
internal readonly struct Nothing;

/// <summary>Calls a method of the object behind a reference.</summary>
internal delegate Task MethodBody<TArgs>(object target, in TArgs args);

/// <summary>What a proxy knows of a method.</summary>
internal sealed record GrainMethod<TArgs>(string Name, string Span, CallFlags Flags, MethodBody<TArgs> Body);

/// <summary>One call on its way through an activation. A link in the list of the activation's unfinished calls.</summary>
internal abstract class Invocation(CallFlags flags) : ITurn
{
    public CallFlags Flags { get; } = flags;

    /// <summary>Coarse host time at which the call fails; null for those nobody waits for.</summary>
    public long? Deadline { get; set; }

    /// <summary>How often it went on to another activation.</summary>
    public int Forwards { get; set; }

    public Activation? Target { get; set; }

    public Invocation? Previous { get; set; }

    public Invocation? Next { get; set; }

    public bool IsLinked { get; set; }

    /// <summary>The span of whoever calls, where calls are traced.</summary>
    public Activity? Cause { get; init; }

    public abstract string Name { get; }

    /// <summary>The name of its span.</summary>
    protected abstract string Span { get; }

    public abstract bool IsAnswered { get; }

    /// <summary>Arrives at the target.</summary>
    public void Run() => Target!.Admit(this);

    /// <summary>Starts the call inside a turn of the target; ends with <see cref="Activation.Finished"/>.</summary>
    public void Start(Activation target)
    {
        Task task;
        var span = Cause is { } cause ? CallTracing.Begin(Span, cause) : null;
        try
        {
            task = Invoke(target.GrainInstance!);
        }
#pragma warning disable CA1031 // Whatever the method throws is the caller's answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            task = Task.FromException(e);
        }

        if (span is not null)
        {
            CallTracing.Leave();
        }

        if (task.IsCompleted)
        {
            Finish(target, task, span);
        }
        else
        {
            _ = FinishLater(target, task, span);
        }
    }

    /// <summary>Answers with an exception; false when there is an answer already.</summary>
    public abstract bool Fail(Exception exception);

    /// <summary>Another call just like this one.</summary>
    public abstract Invocation Copy();

    protected abstract Task Invoke(object target);

    protected abstract void Answer(Task task);

    private async Task FinishLater(Activation target, Task task, Activity? span)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        Finish(target, task, span);
    }

    private void Finish(Activation target, Task task, Activity? span)
    {
        if (span is not null)
        {
            span.SetStatus(task.IsFaulted ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
            span.Stop();
        }

        if (task.IsFaulted)
        {
            var cause = task.Exception.InnerException!;
            if (cause is InconsistentStateException { IsSourceActivation: true } stale)
            {
                stale.IsSourceActivation = false;
                target.Deactivate(new(Orleans.DeactivationReasonCode.ApplicationError, cause, "Its state is inconsistent with storage."));
            }
        }

        Answer(task);
        target.Finished(this);
    }
}

/// <summary>A call through a reference.</summary>
internal sealed class Invocation<TArgs, TResult>(GrainMethod<TArgs> method, TArgs args) : Invocation(method.Flags)
{
    private readonly TaskCompletionSource<TResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => answer.Task;

    public override string Name => method.Name;

    protected override string Span => method.Span;

    public override bool IsAnswered => answer.Task.IsCompleted;

    public override bool Fail(Exception exception)
    {
        if (!answer.TrySetException(exception))
        {
            return false;
        }

        if ((Flags & CallFlags.OneWay) != 0)
        {
            // Nobody looks at it.
            _ = answer.Task.Exception;
        }

        return true;
    }

    public override Invocation Copy() => new Invocation<TArgs, TResult>(method, args) { Cause = Cause };

    protected override Task Invoke(object target) => method.Body(target, in args);

    protected override void Answer(Task task)
    {
        if (task.IsFaulted)
        {
            Fail(task.Exception.InnerException!);
        }
        else if (task.IsCanceled)
        {
            answer.TrySetCanceled();
        }
        else if (typeof(TResult) == typeof(Nothing))
        {
            answer.TrySetResult(default!);
        }
        else
        {
            answer.TrySetResult(((Task<TResult>)task).Result);
        }
    }
}

/// <summary>A tick of a grain timer.</summary>
internal sealed class TickInvocation(ActivationTimer timer, CallFlags flags) : Invocation(flags)
{
    private bool done;

    public override string Name => "timer";

    protected override string Span => Name;

    public override bool IsAnswered => done;

    public override bool Fail(Exception exception)
    {
        done = true;
        return true;
    }

    public override Invocation Copy() => throw new NotSupportedException();

    protected override Task Invoke(object target) => timer.Tick();

    protected override void Answer(Task task)
    {
        done = true;
        timer.Ticked(task.Exception?.InnerException);
    }
}
