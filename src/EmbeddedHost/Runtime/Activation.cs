using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>One live grain.</summary>
internal abstract class Activation : IGrainContext
{
    [ThreadStatic]
    private static Activation? current;

    /// <summary>The activation whose turn runs on this thread.</summary>
    public static Activation? Current
    {
        get => current;
        protected set => current = value;
    }

    public abstract GrainId GrainId { get; }

    public abstract object? GrainInstance { get; }

    public abstract IServiceProvider ActivationServices { get; }

    public abstract Task Deactivated { get; }

    public abstract GrainReference Reference(Type grainInterface);

    public abstract void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

    public abstract IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);

    public abstract void DelayDeactivation(TimeSpan timeSpan);
}
