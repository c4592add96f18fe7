using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>An object that grains call back: one call at a time, in the order they were made.</summary>
internal sealed class ObserverActivation(GrainHost host, GrainId id, object observer) : Activation(host, id)
{
    public override object? GrainInstance => observer;

    public override IServiceProvider ActivationServices => Host.Services;

    public override Task Deactivated => throw new NotSupportedException();

    protected override bool TakesCalls => !HasEnded;

    /// <summary>Calls that have not been answered fail.</summary>
    public void Delete()
    {
        lock (Gate)
        {
            HasEnded = true;
        }

        foreach (var call in TakeUnfinished())
        {
            call.Fail(new ClientNotAvailableException());
        }
    }

    public override GrainReference Reference(Type grainInterface) => throw new NotSupportedException();

    public override void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        // An observer has no state to be inconsistent; it ends when its reference is deleted.
    }

    public override IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        throw new NotSupportedException();

    public override void TimerEnded(ActivationTimer timer) => throw new NotSupportedException();

    public override void DelayDeactivation(TimeSpan timeSpan) => throw new NotSupportedException();

    protected override void PassOn(Invocation call) => call.Fail(new ClientNotAvailableException());
}

/// <summary>Where references to an observer lead.</summary>
internal sealed class ObserverTarget(GrainHost host, ObserverActivation activation) : CallTarget
{
    public ObserverActivation Activation { get; } = activation;

    public override GrainId GrainId => Activation.GrainId;

    public override void Send(Invocation call)
    {
        host.SetDeadline(call);
        var copies = host.Faults?.Copies(call) ?? 1;
        if (copies == 0)
        {
            host.Orphan([call]);
            return;
        }

        for (var copy = 1; copy < copies; copy++)
        {
            Activation.TryAccept(call.Copy());
        }

        if (!Activation.TryAccept(call))
        {
            call.Fail(new ClientNotAvailableException());
        }
    }

    public override GrainReference Reference(Type addressableInterface) => ProxyBuilder.For(addressableInterface)(this);
}
