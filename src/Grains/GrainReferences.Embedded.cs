using Orleans;

namespace Chat.Grains;

/// <summary>References to grains of one interface: the embedded host makes them without asking anything.</summary>
internal static class GrainReferences<TGrain>
    where TGrain : IGrainWithStringKey
{
    public static TGrain Of(IGrainFactory grains, string key) => grains.GetGrain<TGrain>(key);
}
