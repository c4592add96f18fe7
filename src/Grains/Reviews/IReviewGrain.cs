using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.Reviews;

/// <summary>
/// The review of one line of an order. Key: <see cref="ReviewId"/>. The grain itself finds out which side a person is on. Who is
/// neither the buyer nor an agent of the store gets <see cref="Shared.ErrorCode.OrderNotFound"/> from the methods for people, as
/// for an order that does not exist.
/// </summary>
[Alias("IReviewGrain")]
public interface IReviewGrain : IGrainWithStringKey
{
    /// <summary>
    /// Does what is asked, once for each command id of a side; the answer comes when it is durable. The store's rating is told
    /// of the stars soon after, however often this process dies. Errors: 5001, 5004 (it is the other side's), 6001 (no such line,
    /// or no review yet), 6002 to 6005, 3002 to 3005, 4001, 1001, 1006 (repeat with the same id).
    /// </summary>
    Task<Result<ReviewView>> Handle(ReviewRequest request);

    /// <summary>The line as this person sees it, reviewed or not. Errors: 5001, 6001 (the order has no such line).</summary>
    [AlwaysInterleave]
    Task<Result<ReviewLineView>> Get(UserId reader);

    /// <summary>
    /// Decides about held words. The caller has proved that a moderator asks. Of two the first decides; the other gets 6006.
    /// Errors: 6001, 6006, 3002 to 3005, 1006 (repeat with the same id).
    /// </summary>
    Task<Result<HeldView>> Decide(DecideWords command);

    /// <summary>Tells the store's rating if it has yet to be told. For who looks for reviews whose process died.</summary>
    Task Wake();
}
