using System.Collections.Immutable;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;

namespace Chat.Grains.Reviews;

/// <summary>What the order says of the line to be reviewed.</summary>
/// <param name="Id">The review it may have.</param>
/// <param name="Buyer">Who bought.</param>
/// <param name="Store">Who sold.</param>
/// <param name="Product">What.</param>
/// <param name="CompletedAt">When the order was completed; null while it is not.</param>
/// <param name="Cancelled">Whether nothing of the line was shipped.</param>
internal sealed record ReviewedLine(ReviewId Id, UserId Buyer, StoreId Store, ProductCard Product, DateTimeOffset? CompletedAt, bool Cancelled)
{
    /// <summary>The line of this order; null when it has none of this number.</summary>
    public static ReviewedLine? Of(OrderView order, int line)
    {
        if (line > order.Lines.Count)
        {
            return null;
        }

        var found = order.Lines[line - 1];
        return new ReviewedLine(
            ReviewId.Of(order.Id, line),
            order.Buyer,
            order.Store,
            found.Product,
            order.Steps.FirstOrDefault(static step => step.Status == OrderStatus.Completed)?.At,
            found.Cancelled == found.Quantity);
    }
}

/// <summary>Where a decision is made: what the rules look at beside the state, all of it found out by the grain.</summary>
/// <param name="Side">The sender's side; null for a stranger.</param>
/// <param name="Line">The line; only needed before the review is written, null when the order has no such line.</param>
/// <param name="Author">The buyer, masked; only needed before the review is written.</param>
/// <param name="Within">How long after completion a line may be reviewed.</param>
/// <param name="FollowUpWithin">How long after the review a follow-up may be written.</param>
/// <param name="Now">The time, to the millisecond.</param>
internal sealed record ReviewScene(
    ReviewSide? Side, ReviewedLine? Line, string Author, TimeSpan Within, TimeSpan FollowUpWithin, DateTimeOffset Now);

/// <summary>
/// The rules of a review. Pure: no clock, no chance, no storage. <c>Decide</c> gives the events to store, none for a repeat;
/// <c>Apply</c> says what they make of the state and never fails. The stars count at once and never change; only words wait.
/// </summary>
internal static class ReviewRules
{
    /// <summary>The answer for a review that does not exist, and to everybody who has no part in one.</summary>
    public static ChatError NotFound { get; } = new(ErrorCode.ReviewNotFound, "There is no such review.");

    private static ChatError OtherSide { get; } = new(ErrorCode.OrderOtherSide, "This step is the other side's.");

    /// <summary>Decides about a command of the buyer or the store.</summary>
    public static Result<ReviewDecision> Decide(ReviewState state, ReviewRequest request, ReviewScene scene)
    {
        if (scene.Side is not { } side)
        {
            return OrderRules.NotFound;
        }

        var step = new ReviewStep(side, request.Id, request.Command.Digest());
        if (Repeat(state, step) is { } known)
        {
            return known;
        }

        var now = Later(state, scene.Now);
        var decided = request.Command switch
        {
            WriteReview write => Write(state, request, write, scene),
            AddFollowUp add => FollowUp(state, request, add, scene, now),
            ReplyToReview reply => Reply(state, request, reply, scene, now),
            _ => throw new ArgumentException($"{request.Command.GetType().Name} is no command of a review."),
        };
        return decided.IsOk ? new ReviewDecision([decided.Value, new CommandDone(step)]) : decided.Error;
    }

    /// <summary>Decides about held words: the first moderator's decision stands.</summary>
    public static Result<ReviewDecision> Decide(ReviewState state, DecideWords command, DateTimeOffset now)
    {
        if (state.Id is null)
        {
            return NotFound;
        }

        var step = new ReviewStep(ReviewSide.Moderator, command.Id, command.Digest());
        if (Repeat(state, step) is { } known)
        {
            return known;
        }

        if (command.Note is { } note && MessageText.Check(note, Limits.ModerationNoteCodePointsMax) is { } wrong)
        {
            return wrong;
        }

        if (state.Words(command.Part) is not { State: WordsState.Held })
        {
            return new ChatError(ErrorCode.NotHeld, "Nothing of this waits for a moderator.");
        }

        var ruling = new ReviewRuling(command.Id, command.Moderator, command.Rejection, command.Note, Later(state, now));
        return new ReviewDecision([new WordsDecided(command.Part, ruling), new CommandDone(step)]);
    }

    /// <summary>What a party of the order sees of a line that may have no review yet.</summary>
    public static Result<ReviewLineView> ViewLine(ReviewState state, ReviewScene scene)
    {
        if (scene.Side is not { } side)
        {
            return OrderRules.NotFound;
        }

        if (state.Id is not null)
        {
            return new ReviewLineView(false, null, View(state, side));
        }

        if (scene.Line is not { } line)
        {
            return NotFound;
        }

        var until = NotAllowed(line, scene) is null ? line.CompletedAt + scene.Within : null;
        return new ReviewLineView(until is not null && side == ReviewSide.Buyer, until, null);
    }

    /// <summary>A written review as one side sees it; null is the public.</summary>
    public static ReviewView View(ReviewState state, ReviewSide? side) => new(
        state.Name!,
        side is null ? null : state.Id,
        state.Product!,
        state.Author,
        state.Stars,
        state.At,
        View(state.Text, side == ReviewSide.Buyer),
        View(state.FollowUp, side == ReviewSide.Buyer),
        View(state.Reply, side == ReviewSide.Store),
        side == ReviewSide.Buyer,
        side == ReviewSide.Buyer && state.FollowUp is null ? state.FollowUpUntil : null);

    /// <summary>Words as moderators see them; those of a part that wait, or the newest.</summary>
    public static HeldView Held(ReviewState state, ReviewPart part) => Held(state, part, state.Words(part)!);

    /// <summary>Words that were decided by this command, which was done.</summary>
    public static HeldView Decided(ReviewState state, DecideWords command) => Held(
        state,
        command.Part,
        state.Replies.Append(state.Text).Append(state.FollowUp).First(words => words?.Ruling?.Command == command.Id)!);

    /// <summary>The state after events, in order.</summary>
    public static ReviewState Apply(ReviewState state, IEnumerable<ReviewEvent> events) => events.Aggregate(state, Apply);

    /// <summary>The state after an event.</summary>
    public static ReviewState Apply(ReviewState state, ReviewEvent @event) => @event switch
    {
        ReviewWritten written => state with
        {
            Id = written.Id,
            Buyer = written.Buyer,
            Store = written.Store,
            Product = written.Product,
            Author = written.Author,
            Stars = written.Stars,
            Text = written.Text,
            At = written.At,
            FollowUpUntil = written.FollowUpUntil,
            RatingWaits = true,
        },
        FollowUpAdded added => state with { FollowUp = added.Words },
        ReplyAdded added => state with { Replies = state.Replies.Add(added.Words) },
        WordsDecided { Part: ReviewPart.Text } decided => state with { Text = state.Text! with { Ruling = decided.Ruling } },
        WordsDecided { Part: ReviewPart.FollowUp } decided => state with { FollowUp = state.FollowUp! with { Ruling = decided.Ruling } },
        WordsDecided decided => state with { Replies = state.Replies.SetItem(state.Replies.Length - 1, state.Reply! with { Ruling = decided.Ruling }) },
        CommandDone done => state with { Steps = state.Steps.Add(done.Step) },
        RatingTold => state with { RatingWaits = false },
        _ => state,
    };

    private static Result<ReviewEvent> Write(ReviewState state, ReviewRequest request, WriteReview command, ReviewScene scene)
    {
        if (scene.Side != ReviewSide.Buyer)
        {
            return OtherSide;
        }

        if (state.Id is not null)
        {
            return new ChatError(ErrorCode.ReviewExists, "This line of the order has its review already.");
        }

        if (scene.Line is not { } line)
        {
            return NotFound;
        }

        if (NotAllowed(line, scene) is { } refusal)
        {
            return refusal;
        }

        if (command.Stars is < 1 or > 5)
        {
            return new ChatError(ErrorCode.BadRequest, "A review has one to five stars.", Limit: 5);
        }

        var text = command.Content is { } content ? Words(line.Id, request.By, content, scene.Now) : (Result<ReviewWords>?)null;
        return text is { IsOk: false, Error: { } wrong }
            ? wrong
            : new ReviewWritten(
                line.Id, line.Buyer, line.Store, line.Product, scene.Author, command.Stars, text?.Value, scene.Now, scene.Now + scene.FollowUpWithin);
    }

    private static Result<ReviewEvent> FollowUp(ReviewState state, ReviewRequest request, AddFollowUp command, ReviewScene scene, DateTimeOffset now)
    {
        if (state.Id is not { } id)
        {
            return NotFound;
        }

        if (scene.Side != ReviewSide.Buyer)
        {
            return OtherSide;
        }

        if (state.FollowUp is not null || now >= state.FollowUpUntil)
        {
            return new ChatError(ErrorCode.ReviewLocked, "The one follow-up is written, or its time is over.");
        }

        var words = Words(id, request.By, command.Content, now);
        return words.IsOk ? new FollowUpAdded(words.Value) : words.Error;
    }

    private static Result<ReviewEvent> Reply(ReviewState state, ReviewRequest request, ReplyToReview command, ReviewScene scene, DateTimeOffset now)
    {
        if (state.Id is not { } id)
        {
            return NotFound;
        }

        if (scene.Side != ReviewSide.Store)
        {
            return OtherSide;
        }

        if (state.Reply is { State: not WordsState.Rejected })
        {
            return new ChatError(ErrorCode.ReplyExists, "The store has replied already.");
        }

        if (state.Replies.Length == Limits.ReviewRepliesMax)
        {
            return new ChatError(ErrorCode.TooMany, "Too many replies to this review were rejected.", Limit: Limits.ReviewRepliesMax);
        }

        var words = Words(id, request.By, command.Content, now);
        return words.IsOk ? new ReplyAdded(words.Value) : words.Error;
    }

    /// <summary>Words as they are kept, after both checks: what a text may be, and what must wait for a moderator.</summary>
    private static Result<ReviewWords> Words(ReviewId id, UserId by, ReviewContent content, DateTimeOffset now)
    {
        if (content.Captions.Count > Limits.ReviewCaptionsMax)
        {
            return new ChatError(ErrorCode.TooMany, "There are too many captions.", Limit: Limits.ReviewCaptionsMax);
        }

        foreach (var text in content.All)
        {
            if (MessageText.Check(text, Limits.ReviewTextCodePointsMax) is { } wrong)
            {
                return wrong;
            }
        }

        var findings = content.All.SelectMany(text => ReviewTextCheck.Find(text, id.Order)).Distinct().Order();
        return new ReviewWords(by, content, now, [.. findings]);
    }

    private static ChatError? NotAllowed(ReviewedLine line, ReviewScene scene) =>
        line is { Cancelled: false, CompletedAt: { } completed } && scene.Now < completed + scene.Within
            ? null
            : new ChatError(ErrorCode.ReviewNotAllowed, "The order is not completed, the line was cancelled, or the time to review it is over.");

    /// <summary>The answer to a command id of the same side that was done before; null for a new one.</summary>
    private static Result<ReviewDecision>? Repeat(ReviewState state, ReviewStep step)
    {
        foreach (var done in state.Steps)
        {
            if (done.Command == step.Command && done.Side == step.Side)
            {
                return done.Content == step.Content
                    ? new ReviewDecision([])
                    : new ChatError(ErrorCode.IdConflict, "This command id was used for another command.");
            }
        }

        return null;
    }

    /// <summary>Time within a review never runs backwards, whichever silo's clock is asked.</summary>
    private static DateTimeOffset Later(ReviewState state, DateTimeOffset now)
    {
        foreach (var words in state.Replies.Append(state.Text).Append(state.FollowUp))
        {
            now = Max(now, Max(words?.At ?? state.At, words?.Ruling?.At ?? state.At));
        }

        return now;
    }

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static WordsView? View(ReviewWords? words, bool own) => words is not null && (own || words.State == WordsState.Public)
        ? new WordsView(words.State, words.Content, words.At, own ? words.Ruling?.Rejection : null, own ? words.Ruling?.Note : null)
        : null;

    private static HeldView Held(ReviewState state, ReviewPart part, ReviewWords words) => new(
        state.Id!.Value,
        part,
        words.State,
        words.Content,
        words.Findings,
        words.At,
        state.Stars,
        state.Product!,
        state.Author,
        words.Ruling?.At,
        words.Ruling?.Rejection,
        words.Ruling?.Note);
}

/// <summary>What a command came to: events to store, none for a repeat.</summary>
internal sealed record ReviewDecision(ImmutableArray<ReviewEvent> Events);
