using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.StoreRatings;

/// <summary>Somebody gave a store some stars.</summary>
/// <param name="Review">By which review. It counts once for each, however often it is told.</param>
/// <param name="Stars">1 to 5.</param>
/// <param name="At">When; its day of UTC is what it counts for.</param>
[GenerateSerializer, Immutable, Alias("RatingGiven")]
public sealed record RatingGiven([property: Id(0)] ReviewId Review, [property: Id(1)] int Stars, [property: Id(2)] DateTimeOffset At);

/// <summary>How many ratings had one star, two, and so on.</summary>
[GenerateSerializer, Immutable, Alias("StarCounts")]
public readonly record struct StarCounts(
    [property: Id(0)] long One, [property: Id(1)] long Two, [property: Id(2)] long Three, [property: Id(3)] long Four, [property: Id(4)] long Five)
{
    /// <summary>All of them.</summary>
    public long Total => One + Two + Three + Four + Five;

    /// <summary>One rating of 1 to 5 stars.</summary>
    public static StarCounts Of(int stars) => stars switch
    {
        1 => new(1, 0, 0, 0, 0),
        2 => new(0, 1, 0, 0, 0),
        3 => new(0, 0, 1, 0, 0),
        4 => new(0, 0, 0, 1, 0),
        5 => new(0, 0, 0, 0, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(stars), stars, "A rating has 1 to 5 stars."),
    };

    /// <summary>The higher of both for each star: of two readings of sums that only grow, what is certain.</summary>
    public static StarCounts Later(StarCounts one, StarCounts other) => new(
        Math.Max(one.One, other.One),
        Math.Max(one.Two, other.Two),
        Math.Max(one.Three, other.Three),
        Math.Max(one.Four, other.Four),
        Math.Max(one.Five, other.Five));

    /// <summary>Both together.</summary>
    public static StarCounts operator +(StarCounts one, StarCounts other) =>
        new(one.One + other.One, one.Two + other.Two, one.Three + other.Three, one.Four + other.Four, one.Five + other.Five);
}

/// <summary>What buyers think of a store, over the last <see cref="Policy.RatingMonths"/> months by days of UTC.</summary>
/// <param name="Store">Which store.</param>
/// <param name="Stars">The histogram. Sum and count are what is kept, never an average.</param>
/// <param name="Positive">
/// The share of four and five stars among four, five, one and two, 0 to 1. Null below <paramref name="Minimum"/> ratings, and when
/// all of them have three stars.
/// </param>
/// <param name="Minimum">How many ratings it takes for a share.</param>
/// <param name="Months">How far it looks back.</param>
[GenerateSerializer, Immutable, Alias("StoreRating")]
public sealed record StoreRating(
    [property: Id(0)] StoreId Store,
    [property: Id(1)] StarCounts Stars,
    [property: Id(2)] double? Positive,
    [property: Id(3)] int Minimum,
    [property: Id(4)] int Months);
