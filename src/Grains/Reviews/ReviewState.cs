using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;

namespace Chat.Grains.Reviews;

/// <summary>Whose command it was. The ids of commands are apart for each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReviewSide>))]
internal enum ReviewSide
{
    Buyer = 0,
    Store = 1,
    Moderator = 2,
}

/// <summary>What a moderator decided.</summary>
/// <param name="Command">By which command.</param>
/// <param name="By">Who.</param>
/// <param name="Rejection">Why the words were rejected; null: they were approved.</param>
/// <param name="Note">Said to the author.</param>
/// <param name="At">When.</param>
internal sealed record ReviewRuling(
    CommandId Command, UserId By, RejectionReason? Rejection, string? Note, [property: JsonConverter(typeof(MillisecondsJson))] DateTimeOffset At);

/// <summary>Words that somebody wrote.</summary>
/// <param name="By">Who.</param>
/// <param name="Content">What.</param>
/// <param name="At">When.</param>
/// <param name="Findings">What the check found; with any they wait for a moderator.</param>
/// <param name="Ruling">What the moderator decided.</param>
internal sealed record ReviewWords(
    UserId By,
    ReviewContent Content,
    [property: JsonConverter(typeof(MillisecondsJson))] DateTimeOffset At,
    ImmutableArray<ReviewFinding> Findings,
    ReviewRuling? Ruling = null)
{
    /// <summary>Who may read them.</summary>
    public WordsState State => Findings.IsEmpty ? WordsState.Public
        : Ruling is null ? WordsState.Held
        : Ruling.Rejection is null ? WordsState.Public
        : WordsState.Rejected;
}

/// <summary>A command that was done. Every one adds words or decides about some, so their number is bounded.</summary>
/// <param name="Side">Whose.</param>
/// <param name="Command">Its id within its side.</param>
/// <param name="Content">A digest of what it said, to tell a repeat from another command under its id.</param>
internal sealed record ReviewStep(ReviewSide Side, CommandId Command, string Content);

/// <summary>Since when words of each part wait for a moderator, in milliseconds, as the table's columns have it.</summary>
internal sealed record HeldSince(long? Text, long? FollowUp, long? Reply);

/// <summary>When somebody must wake the grain of a row, as the table's columns have it.</summary>
/// <param name="At">When, in milliseconds.</param>
/// <param name="Shard">Which of <see cref="Limits.DeadlineShardsMax"/> shards looks after it.</param>
internal sealed record WakeAt(long At, int Shard);

/// <summary>
/// What is stored of a review. It is also the row that lists and the queue of moderators are read from, by columns that the
/// database makes of the JSON: <c>name</c>, <c>store</c>, <c>productId</c>, <c>stars</c>, <c>at</c>, <c>unanswered</c>,
/// <c>held</c>, <c>wake</c>.
/// </summary>
internal sealed record ReviewState
{
    /// <summary>A rating that waits longer than this is told by whoever sweeps: its review may have crashed.</summary>
    private static readonly TimeSpan RatingPatience = TimeSpan.FromSeconds(10);

    /// <summary>Null until it is written.</summary>
    public ReviewId? Id { get; init; }

    /// <summary>Who bought and reviews.</summary>
    public UserId? Buyer { get; init; }

    /// <summary>Who sold.</summary>
    public StoreId? Store { get; init; }

    /// <summary>What was bought.</summary>
    public ProductCard? Product { get; init; }

    /// <summary>What may be known of the buyer.</summary>
    public string Author { get; init; } = string.Empty;

    /// <summary>1 to 5.</summary>
    public int Stars { get; init; }

    /// <summary>When the stars were given.</summary>
    [JsonConverter(typeof(MillisecondsJson))]
    public DateTimeOffset At { get; init; }

    /// <summary>Until when a follow-up may be written, as it was promised.</summary>
    [JsonConverter(typeof(MillisecondsJson))]
    public DateTimeOffset FollowUpUntil { get; init; }

    /// <summary>What the buyer wrote with the stars.</summary>
    public ReviewWords? Text { get; init; }

    /// <summary>What the buyer added.</summary>
    public ReviewWords? FollowUp { get; init; }

    /// <summary>The store's answers, oldest first: all but the last were rejected. At most <see cref="Limits.ReviewRepliesMax"/>.</summary>
    public ImmutableArray<ReviewWords> Replies { get; init; } = [];

    /// <summary>The commands that were done, oldest first.</summary>
    public ImmutableArray<ReviewStep> Steps { get; init; } = [];

    /// <summary>Whether the store's rating has yet to be told of the stars: an effect that leaves the grain, stored with its cause.</summary>
    public bool RatingWaits { get; init; }

    /// <summary>What the public calls it; also the second key of every list, so that no cursor tells an order's number.</summary>
    public string? Name => Id?.PublicName;

    /// <summary>For the lists of a product.</summary>
    public ProductId? ProductId => Product?.Id;

    /// <summary>1 when the store has no answer that stands or waits, else 0.</summary>
    public int Unanswered => Id is not null && Reply is null or { State: WordsState.Rejected } ? 1 : 0;

    /// <summary>What waits for a moderator, and since when.</summary>
    public HeldSince Held => new(Since(Text), Since(FollowUp), Since(Reply));

    /// <summary>When somebody must look at this review, because the rating still waits. Null: never.</summary>
    public WakeAt? Wake => RatingWaits && Id is { } id ? new WakeAt((At + RatingPatience).ToUnixTimeMilliseconds(), OrderRules.ShardOf(id.Order)) : null;

    /// <summary>The store's answer, the newest.</summary>
    [JsonIgnore]
    public ReviewWords? Reply => Replies.IsEmpty ? null : Replies[^1];

    /// <summary>The newest words of a part.</summary>
    public ReviewWords? Words(ReviewPart part) => part switch
    {
        ReviewPart.Text => Text,
        ReviewPart.FollowUp => FollowUp,
        _ => Reply,
    };

    private static long? Since(ReviewWords? words) => words is { State: WordsState.Held } ? words.At.ToUnixTimeMilliseconds() : null;
}
