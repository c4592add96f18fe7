using Chat.Grains.Conversations;
using Chat.Grains.Reviews;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;

namespace Chat.WebFront.Wire;

/// <summary>The only code that turns what reviews say into what clients read.</summary>
internal static class ReviewMapping
{
    /// <summary>The order's number is its parties' business: everybody else gets another name for the same review.</summary>
    public static ReviewWire ToWire(this ReviewView review) => new(
        review.Id?.Value ?? review.Name,
        review.Id?.Order.Value,
        review.Id?.Line,
        review.Product.ToWire(),
        review.Product.Store.Value,
        review.Author,
        review.Stars,
        review.At.ToWire(),
        review.Text?.ToWire(),
        review.FollowUp?.ToWire(),
        review.Reply?.ToWire(),
        review.Mine,
        review.FollowUpUntil?.ToWire());

    public static ReviewLineWire ToWire(this ReviewLineView view, int line, ProductCard product) =>
        new(line, product.ToWire(), view.CanReview, view.ReviewUntil?.ToWire(), view.Review?.ToWire());

    public static ReviewsWire ToWire(this ReviewPage page, StarCounts stars) => new(
        [stars.One, stars.Two, stars.Three, stars.Four, stars.Five],
        [.. page.Reviews.Select(ToWire)],
        page.Next is null ? null : Cursor.Write(page.Next));

    public static HeldWire ToWire(this HeldView held) => new(
        held.Review.Value,
        OrderMapping.Name(held.Part),
        OrderMapping.Name(held.State),
        held.Content.Text,
        [.. held.Findings.Select(OrderMapping.Name)],
        held.At.ToWire(),
        held.Stars,
        held.Product.ToWire(),
        held.Product.Store.Value,
        held.Author,
        held.DecidedAt?.ToWire(),
        held.Reason is { } reason ? OrderMapping.Name(reason) : null,
        held.Note);

    public static HeldListWire ToWire(this HeldPage page, int waiting) =>
        new([.. page.Items.Select(ToWire)], waiting, page.Next is null ? null : Cursor.Write(page.Next));

    private static WordsWire ToWire(this WordsView words) => new(
        OrderMapping.Name(words.State),
        words.Content.Text,
        words.At.ToWire(),
        words.Reason is { } reason ? OrderMapping.Name(reason) : null,
        words.Note);
}
