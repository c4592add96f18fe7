using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Chat.Silo;

/// <summary>
/// Where a node puts the grains of a message's way when it is the first to need them: here, beside the connections that need them.
/// People and shops are first asked for by the front they connect to, conversations by the front of whoever begins to talk. A
/// silo without connections places as Orleans does, by load: there the first to ask is a gateway, which says nothing.
/// </summary>
internal sealed class NodePlacement : IPlacementStrategyResolver
{
    private static readonly HashSet<GrainType> Near = [GrainType.Create("conversation"), GrainType.Create("user"), GrainType.Create("store")];

    private readonly PlacementStrategy _here = new PreferLocalPlacement();

    public bool TryResolvePlacementStrategy(GrainType grainType, GrainProperties? properties, [MaybeNullWhen(false)] out PlacementStrategy result)
    {
        result = Near.Contains(grainType) ? _here : null;
        return result is not null;
    }
}

/// <summary>What a silo with a front in it does differently.</summary>
public static class NodeSetup
{
    /// <summary>Has grains that are first needed here placed here.</summary>
    public static ISiloBuilder PlaceGrainsNearby(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<IPlacementStrategyResolver, NodePlacement>();
        return silo;
    }
}
