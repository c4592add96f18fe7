using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Tests.Conversations;
using Chat.Grains.Tests.Orders;

namespace Chat.Grains.Tests.Reviews;

/// <summary>Every place a review can be in.</summary>
public enum ReviewSituation
{
    None,
    StarsAlone,
    TextPublic,
    TextHeld,
    TextApproved,
    TextRejected,
    FollowUpPublic,
    FollowUpHeld,
    FollowUpRejected,
    ReplyPublic,
    ReplyHeld,
    ReplyApproved,
    ReplyRejected,
    ReplyAgain,
    Locked,
}

/// <summary>Anna reviews the first line of her completed order; Elena's shop answers; Mona moderates.</summary>
internal static class GivenReview
{
    public const string Kind = "A fine teapot.";
    public const string Doubtful = "Call me at +34 612 345 678.";
    public const string Rude = "What an idiot.";

    public static readonly OrderId Order = GivenOrder.Id;
    public static readonly ReviewId Id = ReviewId.Of(Order, 1);
    public static readonly UserId Mona = new("mona");
    public static readonly UserId Max = new("max");
    public static readonly Policy Promised = new();
    private static int lastId;

    public static DateTimeOffset Noon => Given.Noon;

    /// <summary>When the follow-up's window of a review written at noon ends.</summary>
    public static DateTimeOffset Locked => Noon + Promised.ReviewFollowUpWithin;

    public static ReviewedLine Line { get; } =
        new(Id, Given.Anna, Given.Shop, GivenOrder.Lines[0].Product, Noon.AddDays(-1), false);

    public static CommandId NewId() => new($"c-{Interlocked.Increment(ref lastId)}");

    public static ReviewScene Scene(ReviewSide? side, DateTimeOffset? at = null, ReviewedLine? line = null) =>
        new(side, line ?? Line, "A***a", Promised.ReviewWithin, Promised.ReviewFollowUpWithin, at ?? Noon);

    public static ReviewRequest By(ReviewSide side, ReviewCommand command, CommandId? id = null) =>
        new(id ?? NewId(), side == ReviewSide.Store ? Given.Elena : Given.Anna, command);

    public static WriteReview Write(int stars, string? text = null) => new(stars, text is null ? null : ReviewContent.Of(text));

    public static AddFollowUp Add(string text) => new(ReviewContent.Of(text));

    public static ReplyToReview Reply(string text) => new(ReviewContent.Of(text));

    public static DecideWords Approve(ReviewPart part) => new(NewId(), Mona, part, null, null);

    public static DecideWords Reject(ReviewPart part) => new(NewId(), Mona, part, RejectionReason.PersonalData, "No numbers, please.");

    public static ReviewState Do(this ReviewState state, ReviewSide side, ReviewCommand command, DateTimeOffset? at = null)
    {
        var decision = ReviewRules.Decide(state, By(side, command), Scene(side, at));
        Assert.True(decision.IsOk, decision.Error?.Message);
        return ReviewRules.Apply(state, decision.Value.Events);
    }

    public static ReviewState Do(this ReviewState state, DecideWords command, DateTimeOffset? at = null)
    {
        var decision = ReviewRules.Decide(state, command, at ?? Noon);
        Assert.True(decision.IsOk, decision.Error?.Message);
        return ReviewRules.Apply(state, decision.Value.Events);
    }

    public static ReviewState In(ReviewSituation situation) => situation switch
    {
        ReviewSituation.None => new ReviewState(),
        ReviewSituation.StarsAlone => new ReviewState().Do(ReviewSide.Buyer, Write(5)),
        ReviewSituation.TextPublic => new ReviewState().Do(ReviewSide.Buyer, Write(4, Kind)),
        ReviewSituation.TextHeld => new ReviewState().Do(ReviewSide.Buyer, Write(1, Doubtful)),
        ReviewSituation.TextApproved => In(ReviewSituation.TextHeld).Do(Approve(ReviewPart.Text)),
        ReviewSituation.TextRejected => In(ReviewSituation.TextHeld).Do(Reject(ReviewPart.Text)),
        ReviewSituation.FollowUpPublic => In(ReviewSituation.TextPublic).Do(ReviewSide.Buyer, Add(Kind)),
        ReviewSituation.FollowUpHeld => In(ReviewSituation.TextPublic).Do(ReviewSide.Buyer, Add(Rude)),
        ReviewSituation.FollowUpRejected => In(ReviewSituation.FollowUpHeld).Do(Reject(ReviewPart.FollowUp)),
        ReviewSituation.ReplyPublic => In(ReviewSituation.TextPublic).Do(ReviewSide.Store, Reply(Kind)),
        ReviewSituation.ReplyHeld => In(ReviewSituation.TextPublic).Do(ReviewSide.Store, Reply(Rude)),
        ReviewSituation.ReplyApproved => In(ReviewSituation.ReplyHeld).Do(Approve(ReviewPart.Reply)),
        ReviewSituation.ReplyRejected => In(ReviewSituation.ReplyHeld).Do(Reject(ReviewPart.Reply)),
        ReviewSituation.ReplyAgain => In(ReviewSituation.ReplyRejected).Do(ReviewSide.Store, Reply(Kind)),
        ReviewSituation.Locked => In(ReviewSituation.StarsAlone),
        _ => throw new ArgumentOutOfRangeException(nameof(situation)),
    };

    /// <summary>The time to act in a situation.</summary>
    public static DateTimeOffset At(ReviewSituation situation) => situation == ReviewSituation.Locked ? Locked : Noon.AddHours(1);
}
