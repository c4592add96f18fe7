using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.WebFront.Connections;

/// <summary>Who this process is among the front ends: another one after each start.</summary>
internal sealed class FrontIdentity(IGrainFactory grains, IServiceProvider services)
{
    private readonly Lock _gate = new();
    private FrontAddress? _address;

    public FrontId Id { get; } = new($"{Environment.MachineName}-{Environment.ProcessId}-{Guid.CreateVersion7():N}");

    /// <summary>How grains reach this process. Made at first use, when the host of the grains has started.</summary>
    public FrontAddress Address
    {
        get
        {
            lock (_gate)
            {
                // The container keeps the observer alive; the reference alone would not.
                return _address ??= new FrontAddress(
                    Id, grains.CreateObjectReference<IFrontObserver>(services.GetRequiredService<FrontEnd>()));
            }
        }
    }
}
