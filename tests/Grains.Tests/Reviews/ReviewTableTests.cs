using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using static Chat.Grains.Tests.Reviews.GivenReview;
using Situation = Chat.Grains.Tests.Reviews.ReviewSituation;

namespace Chat.Grains.Tests.Reviews;

/// <summary>Every command in every state, by every side: what it leads to, or the code it is refused with.</summary>
public sealed class ReviewTableTests
{
    /// <summary>The buyer's and the store's commands: write, follow-up, reply; 0 is success.</summary>
    [Theory]
    [InlineData(Situation.None, 0, 6001, 6001)]
    [InlineData(Situation.StarsAlone, 6003, 0, 0)]
    [InlineData(Situation.TextPublic, 6003, 0, 0)]
    [InlineData(Situation.TextHeld, 6003, 0, 0)]
    [InlineData(Situation.TextApproved, 6003, 0, 0)]
    [InlineData(Situation.TextRejected, 6003, 0, 0)]
    [InlineData(Situation.FollowUpPublic, 6003, 6004, 0)]
    [InlineData(Situation.FollowUpHeld, 6003, 6004, 0)]
    [InlineData(Situation.FollowUpRejected, 6003, 6004, 0)]
    [InlineData(Situation.ReplyPublic, 6003, 0, 6005)]
    [InlineData(Situation.ReplyHeld, 6003, 0, 6005)]
    [InlineData(Situation.ReplyApproved, 6003, 0, 6005)]
    [InlineData(Situation.ReplyRejected, 6003, 0, 0)]
    [InlineData(Situation.ReplyAgain, 6003, 0, 6005)]
    [InlineData(Situation.Locked, 6003, 6004, 0)]
    public void Commands_of_their_own_side(Situation situation, int write, int followUp, int reply)
    {
        Check(situation, ReviewSide.Buyer, Write(3, Kind), write);
        Check(situation, ReviewSide.Buyer, Write(3), write);
        Check(situation, ReviewSide.Buyer, Add(Kind), followUp);
        Check(situation, ReviewSide.Store, Reply(Kind), reply);
    }

    public static TheoryData<Situation> Situations => [.. Enum.GetValues<Situation>()];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Commands_of_the_other_side_are_refused_and_a_store_can_change_nothing(Situation situation)
    {
        var written = situation != Situation.None;
        Check(situation, ReviewSide.Store, Write(3), 5004);
        Check(situation, ReviewSide.Store, Add(Kind), written ? 5004 : 6001);
        Check(situation, ReviewSide.Buyer, Reply(Kind), written ? 5004 : 6001);
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Strangers_get_the_answer_of_an_order_that_does_not_exist(Situation situation)
    {
        foreach (var command in (ReviewCommand[])[Write(3), Write(9), Add(Kind), Add(""), Reply(Kind)])
        {
            var decision = ReviewRules.Decide(In(situation), By(ReviewSide.Buyer, command), Scene(null));
            Assert.Equal(OrderRules.NotFound, decision.Error);
        }

        Assert.Equal(OrderRules.NotFound, ReviewRules.ViewLine(In(situation), Scene(null)).Error);
    }

    /// <summary>A moderator's decisions about text, follow-up and reply; 0 is success.</summary>
    [Theory]
    [InlineData(Situation.None, 6001, 6001, 6001)]
    [InlineData(Situation.StarsAlone, 6006, 6006, 6006)]
    [InlineData(Situation.TextPublic, 6006, 6006, 6006)]
    [InlineData(Situation.TextHeld, 0, 6006, 6006)]
    [InlineData(Situation.TextApproved, 6006, 6006, 6006)]
    [InlineData(Situation.TextRejected, 6006, 6006, 6006)]
    [InlineData(Situation.FollowUpPublic, 6006, 6006, 6006)]
    [InlineData(Situation.FollowUpHeld, 6006, 0, 6006)]
    [InlineData(Situation.FollowUpRejected, 6006, 6006, 6006)]
    [InlineData(Situation.ReplyPublic, 6006, 6006, 6006)]
    [InlineData(Situation.ReplyHeld, 6006, 6006, 0)]
    [InlineData(Situation.ReplyApproved, 6006, 6006, 6006)]
    [InlineData(Situation.ReplyRejected, 6006, 6006, 6006)]
    [InlineData(Situation.ReplyAgain, 6006, 6006, 6006)]
    [InlineData(Situation.Locked, 6006, 6006, 6006)]
    public void Decisions_of_moderators(Situation situation, int text, int followUp, int reply)
    {
        var codes = new[] { text, followUp, reply };
        foreach (var part in Enum.GetValues<ReviewPart>())
        {
            foreach (var command in (DecideWords[])[Approve(part), Reject(part)])
            {
                var decision = ReviewRules.Decide(In(situation), command, At(situation));
                Assert.Equal(codes[(int)part], (int)(decision.Error?.Code ?? 0));
                if (decision.IsOk)
                {
                    var state = ReviewRules.Apply(In(situation), decision.Value.Events);
                    Assert.Equal(command.Rejection is null ? WordsState.Public : WordsState.Rejected, state.Words(part)!.State);
                    Assert.Equal(new HeldSince(null, null, null), state.Held);
                }
            }
        }
    }

    /// <summary>What the public, the buyer and the store see of text, follow-up and reply: P public, H held, R rejected, - nothing.</summary>
    [Theory]
    [InlineData(Situation.StarsAlone, "---", "---", "---")]
    [InlineData(Situation.TextPublic, "P--", "P--", "P--")]
    [InlineData(Situation.TextHeld, "---", "H--", "---")]
    [InlineData(Situation.TextApproved, "P--", "P--", "P--")]
    [InlineData(Situation.TextRejected, "---", "R--", "---")]
    [InlineData(Situation.FollowUpPublic, "PP-", "PP-", "PP-")]
    [InlineData(Situation.FollowUpHeld, "P--", "PH-", "P--")]
    [InlineData(Situation.FollowUpRejected, "P--", "PR-", "P--")]
    [InlineData(Situation.ReplyPublic, "P-P", "P-P", "P-P")]
    [InlineData(Situation.ReplyHeld, "P--", "P--", "P-H")]
    [InlineData(Situation.ReplyApproved, "P-P", "P-P", "P-P")]
    [InlineData(Situation.ReplyRejected, "P--", "P--", "P-R")]
    [InlineData(Situation.ReplyAgain, "P-P", "P-P", "P-P")]
    public void Only_their_author_sees_words_that_are_not_public(Situation situation, string others, string buyer, string store)
    {
        Assert.Equal((others, buyer, store), (Seen(null), Seen(ReviewSide.Buyer), Seen(ReviewSide.Store)));

        string Seen(ReviewSide? side)
        {
            var view = ReviewRules.View(In(situation), side);
            Assert.Equal(side is null ? null : Id, view.Id);
            Assert.Equal(side == ReviewSide.Buyer, view.Mine);
            return string.Concat(((WordsView?[])[view.Text, view.FollowUp, view.Reply]).Select(words => words?.State.ToString()[0] ?? '-'));
        }
    }

    private static void Check(Situation situation, ReviewSide side, ReviewCommand command, int code)
    {
        var before = In(situation);
        var decision = ReviewRules.Decide(before, By(side, command), Scene(side, At(situation)));
        Assert.Equal(code, (int)(decision.Error?.Code ?? 0));
        if (decision.IsOk)
        {
            var after = ReviewRules.Apply(before, decision.Value.Events);
            Assert.Equal(before.Id is null ? 3 : before.Stars, after.Stars);
            Assert.Equal(before.Steps.Length + 1, after.Steps.Length);
        }
    }
}
