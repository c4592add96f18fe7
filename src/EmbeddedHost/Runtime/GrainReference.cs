using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>Where a reference leads.</summary>
internal abstract class CallTarget
{
    public abstract GrainId GrainId { get; }

    /// <summary>Sends a call on its way; what goes wrong becomes its answer.</summary>
    public abstract void Send(Invocation call);

    /// <summary>A reference to the same target.</summary>
    public abstract GrainReference Reference(Type addressableInterface);
}

/// <summary>Base of all proxies. Two references are equal when they lead to the same grain or observer.</summary>
internal abstract class GrainReference(CallTarget target) : IAddressable, IEquatable<GrainReference>
{
    public CallTarget Target { get; } = target;

    public GrainId GrainId => Target.GrainId;

    public GrainReference Cast(Type addressableInterface) => Target.Reference(addressableInterface);

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => GrainId.ToString();

    /// <summary>Called by the generated methods.</summary>
    protected Task<TResult> Call<TArgs, TResult>(GrainMethod<TArgs> method, TArgs args)
    {
        var call = new Invocation<TArgs, TResult>(method, args) { Cause = CallTracing.Cause };
        Target.Send(call);
        return (method.Flags & CallFlags.OneWay) == 0 ? call.Task : Task.FromResult(default(TResult)!);
    }
}
