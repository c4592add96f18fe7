using Orleans;
using Orleans.Runtime;

namespace Chat.Grains;

/// <summary>References to grains of one interface.</summary>
/// <remarks>
/// Orleans finds out by reflection, each time it makes a reference, what the interface is called on the wire: nine tenths of what that
/// costs, and 5 % of all that a person's connecting allocates. The answer depends on nothing but the program, so it is asked for once.
/// </remarks>
internal static class GrainReferences<TGrain>
    where TGrain : IGrainWithStringKey
{
    private static Names? _names;

    public static TGrain Of(IGrainFactory grains, string key)
    {
        if (Volatile.Read(ref _names) is { } names)
        {
            return (TGrain)grains.GetGrain(GrainId.Create(names.Grain, key), names.Interface);
        }

        var grain = grains.GetGrain<TGrain>(key);
        var reference = (GrainReference)(object)grain;
        Volatile.Write(ref _names, new Names(reference.GrainId.Type, reference.InterfaceType));
        return grain;
    }

    private sealed record Names(GrainType Grain, GrainInterfaceType Interface);
}
