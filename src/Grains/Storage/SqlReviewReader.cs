using System.Data.Common;
using System.Text.Json;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;

namespace Chat.Grains.Storage;

/// <summary>
/// Reviews by the columns that both databases make of their state's JSON. Only reviews have them, and only those with held words
/// have the columns of the queue: the indexes hold nothing else.
/// </summary>
internal sealed class SqlReviewReader(ChatDatabase database) : IReviewReader
{
    private static readonly (ReviewPart Part, string Column)[] HeldParts =
        [(ReviewPart.Text, "held_text_at"), (ReviewPart.FollowUp, "held_follow_up_at"), (ReviewPart.Reply, "held_reply_at")];

    private readonly DatabaseEngine _engine = database.Engine;

    public async Task<ReviewPage> Page(ReviewSubject subject, int? stars, ReviewViewer viewer, ReviewCursor? after, int limit)
    {
        var parameters = new List<(string, object)> { ("who", KeyOf(subject)), ("limit", limit + 1L) };
        if (stars is { } wanted)
        {
            parameters.Add(("stars", (long)wanted));
        }

        if (after is not null)
        {
            parameters.Add(("at", after.At.ToUnixTimeMilliseconds()));
            parameters.Add(("name", after.Name));
        }

        var page = await _engine.Query(PageSql(subject, stars is not null, after is not null), row => State(row, 0), [.. parameters]);
        var reviews = page.Take(limit).Select(state => ReviewRules.View(state, SideOf(state, viewer))).ToArray();
        return new ReviewPage(reviews, page.Count > limit ? new ReviewCursor(reviews[^1].At, reviews[^1].Name) : null);
    }

    public async Task<StarCounts> Stars(ReviewSubject subject)
    {
        var counts = await _engine.Query(StarsSql(subject), static row => (Stars: row.GetInt64(0), Count: row.GetInt64(1)), ("who", KeyOf(subject)));
        return new StarCounts(Of(1), Of(2), Of(3), Of(4), Of(5));

        long Of(long stars) => counts.FirstOrDefault(count => count.Stars == stars).Count;
    }

    public async Task<HeldPage> Held(HeldCursor? after, int limit)
    {
        var parameters = new List<(string, object)> { ("limit", limit + 1L) };
        if (after is not null)
        {
            parameters.Add(("at", after.At.ToUnixTimeMilliseconds()));
            parameters.Add(("name", after.Name));
        }

        var page = await _engine.Query(
            HeldSql(after?.Part), static row => ReviewRules.Held(State(row, 1), (ReviewPart)row.GetInt64(0)), [.. parameters]);
        if (page.Count <= limit)
        {
            return new HeldPage(page, null);
        }

        page.RemoveAt(limit);
        return new HeldPage(page, new HeldCursor(page[^1].At, page[^1].Review.PublicName, page[^1].Part));
    }

    public async Task<int> CountHeld() =>
        (int)(await _engine.Query(CountHeldSql, static row => row.GetInt64(0), ("limit", (long)Limits.HeldMax)))[0];

    internal static string PageSql(ReviewSubject subject, bool starred, bool continued)
    {
        var chosen = starred ? "AND review_stars = @stars" : "";
        var from = continued ? "AND (review_at, review_name) < (@at, @name)" : "";
        return $"""
            SELECT CAST(payload AS text) FROM grain_state WHERE {Of(subject)} {chosen} {from}
            ORDER BY review_at DESC, review_name DESC LIMIT @limit
            """;
    }

    internal static string StarsSql(ReviewSubject subject) =>
        $"SELECT CAST(review_stars AS bigint), count(*) FROM grain_state WHERE {Of(subject)} GROUP BY review_stars";

    /// <summary>
    /// Each part of reviews has its own queue in an index; as many as the page holds are taken of each and put in one order. Of
    /// words of one time and review, those of the later parts come after the cursor's part.
    /// </summary>
    internal static string HeldSql(ReviewPart? after)
    {
        var queues = HeldParts.Select(held =>
        {
            var from = after is null ? "" : $"AND ({held.Column}, review_name) {(held.Part > after ? ">=" : ">")} (@at, @name)";
            return $"""
                SELECT * FROM (
                    SELECT {held.Column} AS held_at, review_name, {(int)held.Part} AS part, CAST(payload AS text) AS payload
                    FROM grain_state WHERE {held.Column} >= 0 {from} ORDER BY {held.Column}, review_name LIMIT @limit) AS queue
                """;
        });
        return $"""
            SELECT CAST(part AS bigint), payload FROM ({string.Join(" UNION ALL ", queues)}) AS queues
            ORDER BY held_at, review_name, part LIMIT @limit
            """;
    }

    internal static string CountHeldSql { get; } =
        $"SELECT count(*) FROM ({string.Join(" UNION ALL ", HeldParts.Select(static held => $"SELECT 1 AS one FROM grain_state WHERE {held.Column} >= 0"))} LIMIT @limit) AS held";

    private static string Of(ReviewSubject subject) => subject switch
    {
        ReviewsOfProduct => "review_product = @who",
        ReviewsOfStore { Answers: ReviewAnswers.Missing } => "review_store = @who AND review_unanswered = 1",
        _ => "review_store = @who",
    };

    private static string KeyOf(ReviewSubject subject) => subject switch
    {
        ReviewsOfProduct { Product: var product } => product.Value,
        ReviewsOfStore { Store: var store } => store.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(subject)),
    };

    private static ReviewSide? SideOf(ReviewState state, ReviewViewer viewer) =>
        viewer.User is not null && state.Buyer == viewer.User ? ReviewSide.Buyer
        : viewer.AgentOf.Contains(state.Store!.Value) ? ReviewSide.Store
        : null;

    private static ReviewState State(DbDataReader row, int column) => JsonSerializer.Deserialize<ReviewState>(row.GetString(column), StateStorage.Json)!;
}
