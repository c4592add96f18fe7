using System.Text.Json;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Conversations;
using Chat.Grains.Tests.Orders;
using static Chat.Grains.Tests.Reviews.GivenReview;
using Situation = Chat.Grains.Tests.Reviews.ReviewSituation;

namespace Chat.Grains.Tests.Reviews;

/// <summary>Times, repeats, contents and lists of reviews; what is allowed where is in <see cref="ReviewTableTests"/>.</summary>
public sealed class ReviewRulesTests
{
    /// <summary>Stands for a text that no attribute can hold.</summary>
    private const string LoneSurrogate = "a lone surrogate";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Same_command_id_gets_the_first_answer_and_other_content_a_conflict(bool byBuyer)
    {
        var side = byBuyer ? ReviewSide.Buyer : ReviewSide.Store;
        var state = side == ReviewSide.Buyer ? new ReviewState() : In(Situation.TextPublic);
        ReviewCommand command = side == ReviewSide.Buyer ? Write(4, Kind) : Reply(Kind);
        var request = By(side, command);
        state = ReviewRules.Apply(state, ReviewRules.Decide(state, request, Scene(side)).Value!.Events);

        var again = ReviewRules.Decide(state, request, Scene(side, Locked.AddYears(1)));
        Assert.Empty(again.Value!.Events);
        ReviewCommand other = side == ReviewSide.Buyer ? Write(5, Kind) : Reply(Kind + "!");
        Assert.Equal(ErrorCode.IdConflict, ReviewRules.Decide(state, request with { Command = other }, Scene(side)).Error?.Code);
    }

    [Fact]
    public void Command_ids_are_apart_for_each_side()
    {
        var id = NewId();
        var state = new ReviewState();
        state = ReviewRules.Apply(state, ReviewRules.Decide(state, By(ReviewSide.Buyer, Write(1, Rude), id), Scene(ReviewSide.Buyer)).Value!.Events);
        var reply = ReviewRules.Decide(state, By(ReviewSide.Store, Reply(Kind), id), Scene(ReviewSide.Store));
        Assert.Equal(2, reply.Value!.Events.Length);
        Assert.Equal(2, ReviewRules.Decide(state, Approve(ReviewPart.Text) with { Id = id }, Noon).Value!.Events.Length);
    }

    [Fact]
    public void Texts_that_only_read_alike_are_other_contents()
    {
        var one = new ReviewContent("a", ["b c"]);
        var other = new ReviewContent("a", ["b", "c"]);
        Assert.NotEqual(new AddFollowUp(one).Digest(), new AddFollowUp(other).Digest());
        Assert.NotEqual(Write(3).Digest(), Write(3, "-").Digest());
    }

    [Fact]
    public void Moderator_who_repeats_gets_the_answer_again_even_after_the_reply_was_written_anew()
    {
        var state = In(Situation.ReplyHeld);
        var reject = Reject(ReviewPart.Reply);
        state = state.Do(reject).Do(ReviewSide.Store, Reply(Doubtful));
        Assert.Empty(ReviewRules.Decide(state, reject, Noon).Value!.Events);
        var told = ReviewRules.Decided(state, reject);
        Assert.Equal((WordsState.Rejected, Rude, RejectionReason.PersonalData), (told.State, told.Content.Text, told.Reason));
        Assert.Equal(ErrorCode.IdConflict, ReviewRules.Decide(state, reject with { Rejection = null }, Noon).Error?.Code);
        Assert.Equal((WordsState.Held, Doubtful), (ReviewRules.Held(state, ReviewPart.Reply).State, ReviewRules.Held(state, ReviewPart.Reply).Content.Text));
    }

    [Fact]
    public void Rejected_author_is_told_reason_and_note_and_nobody_else_is()
    {
        var state = In(Situation.TextRejected);
        var text = ReviewRules.View(state, ReviewSide.Buyer).Text!;
        Assert.Equal((Doubtful, RejectionReason.PersonalData, "No numbers, please."), (text.Content.Text, text.Reason, text.Note));
        Assert.Null(ReviewRules.View(In(Situation.ReplyApproved) with { Text = null }, null).Reply!.Note);
    }

    [Fact]
    public void Line_can_be_reviewed_from_completion_until_its_time_is_over()
    {
        var end = Line.CompletedAt!.Value + Promised.ReviewWithin;
        Assert.Equal(0, Code(Line, end.AddMilliseconds(-1)));
        Assert.Equal(6002, Code(Line, end));
        Assert.Equal(6002, Code(Line with { CompletedAt = null }, Noon));
        Assert.Equal(6002, Code(Line with { Cancelled = true }, Noon));

        static int Code(ReviewedLine line, DateTimeOffset at) =>
            (int)(ReviewRules.Decide(new ReviewState(), By(ReviewSide.Buyer, Write(3)), Scene(ReviewSide.Buyer, at, line)).Error?.Code ?? 0);
    }

    [Fact]
    public void Follow_up_keeps_the_time_it_was_promised()
    {
        var state = In(Situation.StarsAlone);
        var shorter = Scene(ReviewSide.Buyer, Locked.AddMilliseconds(-1)) with { FollowUpWithin = TimeSpan.FromDays(1) };
        Assert.True(ReviewRules.Decide(state, By(ReviewSide.Buyer, Add(Kind)), shorter).IsOk);
        var longer = Scene(ReviewSide.Buyer, Locked) with { FollowUpWithin = TimeSpan.FromDays(700) };
        Assert.Equal(ErrorCode.ReviewLocked, ReviewRules.Decide(state, By(ReviewSide.Buyer, Add(Kind)), longer).Error?.Code);
        Assert.Equal(Locked, ReviewRules.View(state, ReviewSide.Buyer).FollowUpUntil);
        Assert.Null(ReviewRules.View(In(Situation.FollowUpHeld), ReviewSide.Buyer).FollowUpUntil);
        Assert.Null(ReviewRules.View(state, ReviewSide.Store).FollowUpUntil);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(-1)]
    public void Stars_are_one_to_five(int stars) =>
        Assert.Equal(ErrorCode.BadRequest, ReviewRules.Decide(new ReviewState(), By(ReviewSide.Buyer, Write(stars)), Scene(ReviewSide.Buyer)).Error?.Code);

    [Theory]
    [InlineData("", 3002)]
    [InlineData(" \u200B\n", 3002)]
    [InlineData("a\0", 3004)]
    [InlineData(LoneSurrogate, 3004)]
    public void What_is_no_text_is_refused_wherever_it_stands(string text, int code)
    {
        text = text == LoneSurrogate ? "a\uD800" : text;
        var written = In(Situation.StarsAlone);
        var captioned = new ReviewContent(Kind, [Kind, text]);
        Assert.Equal(code, Code(new ReviewState(), ReviewSide.Buyer, Write(3, text)));
        Assert.Equal(code, Code(new ReviewState(), ReviewSide.Buyer, new WriteReview(3, captioned)));
        Assert.Equal(code, Code(written, ReviewSide.Buyer, Add(text)));
        Assert.Equal(code, Code(written, ReviewSide.Store, Reply(text)));
        Assert.Equal(code, (int)(ReviewRules.Decide(In(Situation.TextHeld), Approve(ReviewPart.Text) with { Note = text }, Noon).Error?.Code ?? 0));
    }

    [Fact]
    public void Texts_captions_notes_and_replies_are_bounded()
    {
        var written = In(Situation.StarsAlone);
        var longest = string.Concat(Enumerable.Repeat("\U0001F375", Limits.ReviewTextCodePointsMax));
        Assert.Equal(0, Code(written, ReviewSide.Buyer, Add(longest)));
        Assert.Equal(3003, Code(written, ReviewSide.Buyer, Add(longest + "!")));
        Assert.Equal(4001, Code(written, ReviewSide.Buyer, new AddFollowUp(new ReviewContent(Kind, [.. Enumerable.Repeat("x", Limits.ReviewCaptionsMax + 1)]))));
        var note = new string('x', Limits.ModerationNoteCodePointsMax + 1);
        Assert.Equal(ErrorCode.MessageTooLong, ReviewRules.Decide(In(Situation.TextHeld), Approve(ReviewPart.Text) with { Note = note }, Noon).Error?.Code);

        for (var reply = 0; reply < Limits.ReviewRepliesMax; reply++)
        {
            written = written.Do(ReviewSide.Store, Reply(Rude)).Do(Reject(ReviewPart.Reply));
        }

        Assert.Equal(4001, Code(written, ReviewSide.Store, Reply(Kind)));
    }

    [Fact]
    public void Captions_are_checked_as_the_text_is()
    {
        var state = new ReviewState().Do(ReviewSide.Buyer, new WriteReview(3, new ReviewContent(Kind, ["front", Doubtful, Rude])));
        Assert.Equal(WordsState.Held, state.Text!.State);
        Assert.Equal<ReviewFinding>([ReviewFinding.PersonalData, ReviewFinding.Insult], state.Text.Findings);
    }

    [Fact]
    public void Own_order_number_is_no_finding()
    {
        var state = new ReviewState().Do(ReviewSide.Buyer, Write(3, $"It is {Order}, twice: {Order}"));
        Assert.Equal(WordsState.Public, state.Text!.State);
    }

    [Fact]
    public void Order_says_who_bought_what_and_when_it_was_completed()
    {
        var order = OrderRules.View(GivenOrder.In(Orders.Situation.Completed), OrderSide.Buyer)!;
        var line = ReviewedLine.Of(order, 2)!;
        Assert.Equal(ReviewId.Of(order.Id, 2), line.Id);
        Assert.Equal((Given.Anna, Given.Shop, order.Lines[1].Product, false), (line.Buyer, line.Store, line.Product, line.Cancelled));
        Assert.Equal(GivenOrder.In(Orders.Situation.Completed).CompletedAt, line.CompletedAt);
        Assert.Null(ReviewedLine.Of(order, 3));
        Assert.Null(ReviewedLine.Of(OrderRules.View(GivenOrder.In(Orders.Situation.Shipped), OrderSide.Buyer)!, 1)!.CompletedAt);
        var half = GivenOrder.In(Orders.Situation.PartlyShippedCancellation).Do(OrderSide.Store, new AcceptCancellation()).Do(OrderSide.Buyer, new ConfirmReceipt());
        var cut = OrderRules.View(half, OrderSide.Buyer)!;
        Assert.Equal((false, true), (ReviewedLine.Of(cut, 1)!.Cancelled, ReviewedLine.Of(cut, 2)!.Cancelled));
    }

    [Fact]
    public void Both_parties_see_until_when_a_line_can_be_reviewed_but_only_the_buyer_may()
    {
        var until = Line.CompletedAt!.Value + Promised.ReviewWithin;
        Assert.Equal(new ReviewLineView(true, until, null), ReviewRules.ViewLine(new ReviewState(), Scene(ReviewSide.Buyer)).Value);
        Assert.Equal(new ReviewLineView(false, until, null), ReviewRules.ViewLine(new ReviewState(), Scene(ReviewSide.Store)).Value);
        Assert.Equal(new ReviewLineView(false, null, null), ReviewRules.ViewLine(new ReviewState(), Scene(ReviewSide.Buyer, until)).Value);
        Assert.Equal(ErrorCode.ReviewNotFound, ReviewRules.ViewLine(new ReviewState(), Scene(ReviewSide.Buyer) with { Line = null }).Error?.Code);
        Assert.NotNull(ReviewRules.ViewLine(In(Situation.TextHeld), Scene(ReviewSide.Store)).Value!.Review);
    }

    [Fact]
    public void Stars_count_at_once_whatever_becomes_of_the_words()
    {
        var state = In(Situation.TextHeld);
        Assert.True(state.RatingWaits);
        Assert.NotNull(state.Wake);
        state = ReviewRules.Apply(state, new RatingTold()).Do(Reject(ReviewPart.Text));
        Assert.False(state.RatingWaits);
        Assert.Null(state.Wake);
        Assert.Equal(1, ReviewRules.View(state, null).Stars);
    }

    [Fact]
    public void Time_within_a_review_never_runs_backwards()
    {
        var state = In(Situation.StarsAlone).Do(ReviewSide.Store, Reply(Rude), Noon.AddHours(5)).Do(Reject(ReviewPart.Reply), Noon.AddHours(1));
        Assert.Equal(Noon.AddHours(5), state.Reply!.Ruling!.At);
        Assert.Equal(Noon.AddHours(5), state.Do(ReviewSide.Buyer, Add(Kind), Noon.AddHours(2)).FollowUp!.At);
    }

    [Theory]
    [MemberData(nameof(ReviewTableTests.Situations), MemberType = typeof(ReviewTableTests))]
    public void State_reads_back_as_it_was_stored(Situation situation)
    {
        var state = In(situation);
        var json = JsonSerializer.Serialize(state, StateStorage.Json);
        Assert.DoesNotContain("$type", json, StringComparison.Ordinal);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ReviewState>(json, StateStorage.Json), StateStorage.Json));
    }

    private static int Code(ReviewState state, ReviewSide side, ReviewCommand command) =>
        (int)(ReviewRules.Decide(state, By(side, command), Scene(side)).Error?.Code ?? 0);
}
