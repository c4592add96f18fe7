using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;

namespace Chat.Grains.Storage;

/// <summary>Writes batches of ratings, one at a time, each in one transaction. Owned by one <see cref="RatingWriter"/>.</summary>
internal interface IRatingBatch : IAsyncDisposable
{
    /// <summary>
    /// Stores those entries that are not yet there, adds them to their days, and returns the days of all entries as they are once
    /// the commit is durable. Any exception leaves the outcome open; the next call starts afresh.
    /// </summary>
    Task<IReadOnlyDictionary<(StoreId Store, DateOnly Day), StarCounts>> Commit(IReadOnlyList<RatingEntry> entries);
}
