using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;

namespace Chat.Grains.Storage;

/// <summary>A rating as it is stored.</summary>
/// <param name="Store">Of which store.</param>
/// <param name="Review">By which review: a store has one rating of each.</param>
/// <param name="Day">The day of UTC it counts for.</param>
/// <param name="Stars">1 to 5.</param>
public sealed record RatingEntry(StoreId Store, ReviewId Review, DateOnly Day, int Stars);

/// <summary>What a store was given on one day.</summary>
public sealed record RatingDay(DateOnly Day, StarCounts Stars);

/// <summary>What became of a rating.</summary>
/// <param name="Status"><see cref="AppendStatus.Stored"/> (now or before), <see cref="AppendStatus.Busy"/> or <see cref="AppendStatus.Unknown"/>.</param>
/// <param name="Day">With Stored: what is durable of the entry's day, with this rating in it and whatever else was stored until then.</param>
public sealed record RatingOutcome(AppendStatus Status, StarCounts Day);

/// <summary>
/// All ratings of all stores, each once, and their sums by day: one transaction stores an entry and adds it to its day, so that the
/// sums equal a recount of the entries at any moment. Sums only grow. Who reads a day twice holds the higher of both for each star.
/// </summary>
public interface IRatingLog
{
    /// <summary>
    /// Stores a rating, together with what else waits (group commit); never throws. A repeat changes nothing, also after an
    /// unknown outcome, and is answered as stored.
    /// </summary>
    Task<RatingOutcome> Record(RatingEntry entry);

    /// <summary>
    /// The store's days from <paramref name="from"/> on, those with ratings; everything stored before the call is in them. Throws
    /// <see cref="StorageUnavailableException"/> when the database cannot be reached.
    /// </summary>
    Task<IReadOnlyList<RatingDay>> Load(StoreId store, DateOnly from);
}
