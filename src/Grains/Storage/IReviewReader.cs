using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;

namespace Chat.Grains.Storage;

/// <summary>Whose reviews a list holds.</summary>
public abstract record ReviewSubject
{
    private protected ReviewSubject()
    {
    }
}

/// <summary>Those of a product.</summary>
public sealed record ReviewsOfProduct(ProductId Product) : ReviewSubject;

/// <summary>Those of all that a store sold; all, or those that its store has not answered.</summary>
public sealed record ReviewsOfStore(StoreId Store, ReviewAnswers Answers = ReviewAnswers.Any) : ReviewSubject;

/// <summary>Which reviews of a store.</summary>
public enum ReviewAnswers
{
    /// <summary>All.</summary>
    Any = 0,

    /// <summary>Those without a reply that is public or waits for a moderator.</summary>
    Missing = 1,
}

/// <summary>Who reads a list: it decides what is shown of each review.</summary>
/// <param name="User">Null for somebody who is not signed in.</param>
/// <param name="AgentOf">The stores this person works for, by the stores' own word.</param>
public sealed record ReviewViewer(UserId? User, IReadOnlyCollection<StoreId> AgentOf);

/// <summary>Where a page of reviews ended.</summary>
/// <param name="At">When the last one was written.</param>
/// <param name="Name">Its <see cref="ReviewId.PublicName"/>: a cursor tells no order's number.</param>
public sealed record ReviewCursor(DateTimeOffset At, string Name);

/// <summary>A page of reviews, newest first.</summary>
public sealed record ReviewPage(IReadOnlyList<ReviewView> Reviews, ReviewCursor? Next);

/// <summary>Where a page of held words ended.</summary>
/// <param name="At">When the last were written.</param>
/// <param name="Name">Their review's <see cref="ReviewId.PublicName"/>.</param>
/// <param name="Part">Which of its words.</param>
public sealed record HeldCursor(DateTimeOffset At, string Name, ReviewPart Part);

/// <summary>A page of held words, oldest first.</summary>
public sealed record HeldPage(IReadOnlyList<HeldView> Items, HeldCursor? Next);

/// <summary>
/// Lists of reviews and of what waits for moderators, read from the rows that are the reviews' state. Throws
/// <see cref="StorageUnavailableException"/>.
/// </summary>
public interface IReviewReader
{
    /// <summary>
    /// Reviews, newest first, at most <paramref name="limit"/>; all, or those of so many stars. Words that the viewer may not see
    /// are left out, the stars never. Costs what the page holds.
    /// </summary>
    Task<ReviewPage> Page(ReviewSubject subject, int? stars, ReviewViewer viewer, ReviewCursor? after, int limit);

    /// <summary>How many reviews gave one star, two, and so on, whatever became of their words. Costs an index entry for each.</summary>
    Task<StarCounts> Stars(ReviewSubject subject);

    /// <summary>Held words, oldest first, at most <paramref name="limit"/>. Costs what the page holds.</summary>
    Task<HeldPage> Held(HeldCursor? after, int limit);

    /// <summary>How many words are held, counted up to <see cref="Limits.HeldMax"/>.</summary>
    Task<int> CountHeld();
}
