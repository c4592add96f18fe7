using System.Text.Json.Serialization;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Reviews;

/// <summary>The parts of a review that hold words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReviewPart>))]
public enum ReviewPart
{
    /// <summary>What the buyer wrote with the stars.</summary>
    Text = 0,

    /// <summary>What the buyer added later, once.</summary>
    FollowUp = 1,

    /// <summary>What the store answered.</summary>
    Reply = 2,
}

/// <summary>Who may read words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WordsState>))]
public enum WordsState
{
    /// <summary>Everybody.</summary>
    Public = 0,

    /// <summary>Their author and moderators, one of whom has to decide.</summary>
    Held = 1,

    /// <summary>Their author, who is told why.</summary>
    Rejected = 2,
}

/// <summary>What the check of words found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReviewFinding>))]
public enum ReviewFinding
{
    /// <summary>An address, a number, a link or a handle by which somebody may be reached, or a payment card.</summary>
    PersonalData = 0,

    /// <summary>A word that insults.</summary>
    Insult = 1,
}

/// <summary>Why a moderator rejects words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RejectionReason>))]
public enum RejectionReason
{
    /// <summary>They tell who somebody is or where to reach them.</summary>
    PersonalData = 0,

    /// <summary>They insult.</summary>
    Insult = 1,

    /// <summary>They advertise.</summary>
    Spam = 2,

    /// <summary>They are not about the product or the store.</summary>
    OffTopic = 3,

    /// <summary>Anything else.</summary>
    Other = 4,
}

/// <summary>
/// What somebody writes. Everything in it is read by the same check. Photos may come with attachments one day: their captions
/// have their place here, and nobody sends any yet.
/// </summary>
/// <param name="Text">1 to <see cref="Limits.ReviewTextCodePointsMax"/> code points.</param>
/// <param name="Captions">At most <see cref="Limits.ReviewCaptionsMax"/>, each as long as a text may be.</param>
[GenerateSerializer, Immutable, Alias("ReviewContent")]
public sealed record ReviewContent([property: Id(0)] string Text, [property: Id(1)] IReadOnlyList<string> Captions)
{
    /// <summary>Text alone.</summary>
    public static ReviewContent Of(string text) => new(text, []);

    /// <summary>All that is to be checked.</summary>
    internal IEnumerable<string> All => Captions.Prepend(Text);

    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => "ReviewContent";
}

/// <summary>Words as somebody who may see them sees them.</summary>
/// <param name="State">Who may read them.</param>
/// <param name="Content">The words.</param>
/// <param name="At">When they were written.</param>
/// <param name="Reason">Why they were rejected; only for their author.</param>
/// <param name="Note">What the moderator says to that, if anything; only for their author.</param>
[GenerateSerializer, Immutable, Alias("WordsView")]
public sealed record WordsView(
    [property: Id(0)] WordsState State,
    [property: Id(1)] ReviewContent Content,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] RejectionReason? Reason,
    [property: Id(4)] string? Note)
{
    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"WordsView {State} of {At:O}";
}

/// <summary>A review as one reader sees it. Words the reader may not see are null, as words that nobody wrote.</summary>
/// <param name="Name">What the public calls it: <see cref="ReviewId.PublicName"/>.</param>
/// <param name="Id">Which line of which order it is about; only for the buyer and the store's agents.</param>
/// <param name="Product">The product, as it was ordered.</param>
/// <param name="Author">What may be known of the buyer: <see cref="ReviewAuthor"/>, frozen when the review was written.</param>
/// <param name="Stars">1 to 5. They count at once and never change.</param>
/// <param name="At">When it was written.</param>
/// <param name="Text">What the buyer wrote.</param>
/// <param name="FollowUp">What the buyer added.</param>
/// <param name="Reply">What the store answered.</param>
/// <param name="Mine">Whether the reader is the buyer.</param>
/// <param name="FollowUpUntil">Until when the follow-up may be written, this moment excluded; only for the buyer, and null once it is written.</param>
[GenerateSerializer, Immutable, Alias("ReviewView")]
public sealed record ReviewView(
    [property: Id(0)] string Name,
    [property: Id(1)] ReviewId? Id,
    [property: Id(2)] ProductCard Product,
    [property: Id(3)] string Author,
    [property: Id(4)] int Stars,
    [property: Id(5)] DateTimeOffset At,
    [property: Id(6)] WordsView? Text,
    [property: Id(7)] WordsView? FollowUp,
    [property: Id(8)] WordsView? Reply,
    [property: Id(9)] bool Mine,
    [property: Id(10)] DateTimeOffset? FollowUpUntil);

/// <summary>A line of an order, seen by one of its parties.</summary>
/// <param name="CanReview">Whether the reader may review it now.</param>
/// <param name="ReviewUntil">Until when the buyer may review it, this moment excluded; null when that is not possible, not yet or no more.</param>
/// <param name="Review">The review, once there is one.</param>
[GenerateSerializer, Immutable, Alias("ReviewLineView")]
public sealed record ReviewLineView(
    [property: Id(0)] bool CanReview, [property: Id(1)] DateTimeOffset? ReviewUntil, [property: Id(2)] ReviewView? Review);

/// <summary>Words that a moderator decides about, or decided.</summary>
/// <param name="Review">The review.</param>
/// <param name="Part">Which of its words.</param>
/// <param name="State">Where they are.</param>
/// <param name="Content">The words.</param>
/// <param name="Findings">What the check found in them.</param>
/// <param name="At">When they were written.</param>
/// <param name="Stars">The review's stars.</param>
/// <param name="Product">The product.</param>
/// <param name="Author">The buyer, masked.</param>
/// <param name="DecidedAt">When a moderator decided; null while they wait.</param>
/// <param name="Reason">Why they were rejected.</param>
/// <param name="Note">What the moderator said to that.</param>
[GenerateSerializer, Immutable, Alias("HeldView")]
public sealed record HeldView(
    [property: Id(0)] ReviewId Review,
    [property: Id(1)] ReviewPart Part,
    [property: Id(2)] WordsState State,
    [property: Id(3)] ReviewContent Content,
    [property: Id(4)] IReadOnlyList<ReviewFinding> Findings,
    [property: Id(5)] DateTimeOffset At,
    [property: Id(6)] int Stars,
    [property: Id(7)] ProductCard Product,
    [property: Id(8)] string Author,
    [property: Id(9)] DateTimeOffset? DecidedAt,
    [property: Id(10)] RejectionReason? Reason,
    [property: Id(11)] string? Note)
{
    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"HeldView of {Part} of {Review}";
}
