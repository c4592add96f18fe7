using Orleans;

namespace Chat.Grains.Shared;

/// <summary>An amount in minor units (cents) of a currency; never a float.</summary>
/// <param name="Minor">Minor units.</param>
/// <param name="Currency">ISO 4217 code, three capitals.</param>
[GenerateSerializer, Immutable, Alias("Money")]
public sealed record Money([property: Id(0)] long Minor, [property: Id(1)] string Currency);
