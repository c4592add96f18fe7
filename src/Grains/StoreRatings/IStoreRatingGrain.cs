using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.StoreRatings;

/// <summary>
/// A store's rating over a rolling window of calendar months. Key: <see cref="StoreId"/>. What it tells equals a recount of the
/// stored ratings, also after a restart.
/// </summary>
[Alias("IStoreRatingGrain")]
public interface IStoreRatingGrain : IGrainWithStringKey
{
    /// <summary>
    /// Counts a rating, once for each review: a repeat changes nothing and is a success. Success means durable. Errors: 1007 when
    /// too many wait, 1006 when the outcome is not known. After either, or an exception, the sender repeats the same rating: it
    /// keeps it in an outbox until this succeeds. Ratings may come in any order, and late.
    /// </summary>
    [AlwaysInterleave]
    Task<Result<Done>> Record(RatingGiven rating);

    /// <summary>
    /// The rating now. Answered from memory, it never waits for ratings that are being stored; after an unknown outcome it reads
    /// the sums again first.
    /// </summary>
    [AlwaysInterleave]
    Task<StoreRating> Get();
}
