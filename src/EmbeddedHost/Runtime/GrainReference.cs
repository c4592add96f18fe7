using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>Base of all proxies.</summary>
internal abstract class GrainReference
{
    public abstract GrainId GrainId { get; }

    public abstract object Cast(Type grainInterface);
}
