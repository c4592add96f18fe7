using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using static Chat.Grains.Tests.Conversations.Given;

namespace Chat.Grains.Tests.Conversations;

public sealed class ConversationRulesTests
{
    [Fact]
    public void First_message_gets_seq_1_and_change_1() =>
        Check(NotBegun, FromBuyer(1), reply => Assert.Equal((1, 1, false), (reply.Seq, reply.Change, reply.Duplicate)));

    [Fact]
    public void Next_message_gets_the_next_seq() =>
        Check(Begun(FromBuyer(1), FromStore(2)), FromBuyer(3), reply => Assert.Equal(3, reply.Seq));

    [Fact]
    public void Same_id_and_body_returns_the_first_answer_and_stores_nothing()
    {
        var state = Begun(FromBuyer(1), FromStore(2));
        var decision = ConversationRules.Decide(state, FromBuyer(1), Noon.AddDays(1));
        Assert.Null(decision.Event);
        Assert.Equal(new PostMessageReply(1, 1, Noon, true, null), decision.Reply.Value);
    }

    [Fact]
    public void Same_id_from_the_other_side_is_another_message() =>
        Check(Begun(FromBuyer(1)), FromStore(1), reply => Assert.Equal(2, reply.Seq));

    [Fact]
    public void Same_id_with_another_body_is_a_conflict() => Refused(Begun(FromBuyer(1)), FromBuyer(1, "Another"), ErrorCode.IdConflict);

    [Fact]
    public void Same_id_with_another_product_is_a_conflict() =>
        Refused(Begun(FromBuyer(1)), FromBuyer(1, product: Teapot), ErrorCode.IdConflict);

    [Fact]
    public void Store_cannot_begin() => Refused(NotBegun, FromStore(1), ErrorCode.ConversationNotFound);

    [Fact]
    public void Stranger_gets_what_a_missing_conversation_gives() =>
        Refused(Begun(FromBuyer(1)), FromBuyer(2) with { Sender = Stranger }, ErrorCode.ConversationNotFound);

    [Fact]
    public void Time_never_runs_backwards_within_a_conversation()
    {
        var state = Begun(FromBuyer(1));
        Assert.Equal(Noon, ConversationRules.Decide(state, FromStore(2), Noon.AddHours(-1)).Reply.Value!.SentAt);
    }

    [Fact]
    public void Buyer_waits_from_the_oldest_unanswered_message_until_the_store_writes()
    {
        Assert.Equal(Noon, Begun(FromBuyer(1), FromBuyer(2)).Row.WaitingSince);
        Assert.Null(Begun(FromBuyer(1), FromStore(2)).Row.WaitingSince);
    }

    [Fact]
    public void Only_the_first_word_after_a_question_answers_it()
    {
        var first = Event<MessagePosted>(Begun(FromBuyer(1), FromBuyer(2)), FromStore(3));
        Assert.Equal((Noon, Noon.AddDays(1), 3L), (first.Answers!.AskedAt, first.Answers.AnsweredAt, first.Answers.Seq));
        Assert.Null(Event<MessagePosted>(Begun(FromBuyer(1), FromStore(2)), FromStore(3)).Answers);
    }

    [Fact]
    public void Tail_is_bounded_however_long_the_conversation()
    {
        var state = Begun([.. Enumerable.Range(1, 1_000).Select(i => FromBuyer(i))]);
        Assert.Equal(Limits.ConversationTailMax, state.Tail.Length);
        Assert.Equal((1_000L, 1_000L), (state.Row.Head, state.Tail[^1].Seq));
    }

    [Fact]
    public void Unread_counts_the_others_messages_only()
    {
        var row = Begun(FromBuyer(1), FromStore(2), FromStore(3)).Row;
        Assert.Equal((2L, 1L), (row.Buyer.Unread, row.Store.Unread));
    }

    public static TheoryData<long, long, long, long, long> Marks => new()
    {
        // delivered, read → delivered, read, unread of the buyer in: buyer, store, store
        { 2, 0, 2, 0, 2 },
        { 0, 2, 2, 2, 1 },
        { 3, 1, 3, 1, 2 },
        { 0, 3, 3, 3, 0 },
    };

    [Theory]
    [MemberData(nameof(Marks))]
    public void Marks_rise(long delivered, long read, long deliveredAfter, long readAfter, long unreadAfter)
    {
        var state = Begun(FromBuyer(1), FromStore(2), FromStore(3));
        var after = Mark(state, new MarkReceipts(Buyer, delivered, read));
        Assert.Equal(new MemberMarks(deliveredAfter, readAfter, unreadAfter), after.Row.Buyer);
    }

    [Fact]
    public void Lower_marks_change_nothing_and_tell_those_in_force()
    {
        var state = Mark(Begun(FromBuyer(1), FromStore(2)), new MarkReceipts(Buyer, 2, 2));
        var decision = ConversationRules.Decide(state, new MarkReceipts(Buyer, 1, 1), _ => throw new InvalidOperationException());
        Assert.Null(decision.Event);
        Assert.Equal(new Receipt(Buyer, 2, 2), decision.Reply.Value);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    public void Marks_outside_the_conversation_are_refused(long delivered, long read)
    {
        var decision = ConversationRules.Decide(Begun(FromBuyer(1), FromStore(2)), new MarkReceipts(Buyer, delivered, read), _ => 0);
        Assert.Equal(ErrorCode.BadPosition, decision.Reply.Error!.Code);
    }

    [Fact]
    public void Stranger_cannot_mark()
    {
        var decision = ConversationRules.Decide(Begun(FromBuyer(1)), new MarkReceipts(Stranger, 1, 1), _ => 0);
        Assert.Equal(ErrorCode.ConversationNotFound, decision.Reply.Error!.Code);
    }

    [Fact]
    public void Unread_is_known_from_the_tail_only_as_far_as_it_reaches()
    {
        var state = Begun([.. Enumerable.Range(1, 100).Select(i => FromBuyer(i))]);
        var oldest = state.Tail[0].Seq;
        Assert.Equal(Limits.ConversationTailMax, ConversationRules.UnreadInTail(state, Store, oldest - 1));
        Assert.Null(ConversationRules.UnreadInTail(state, Store, oldest - 2));
    }

    /// <summary>Random commands against a model that keeps every message and counts anew each time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_sequence_of_commands_agrees_with_a_recount(int seed)
    {
        var random = new Random(seed);
        var state = NotBegun;
        var all = new List<Message>();
        for (var step = 0; step < 2_000; step++)
        {
            var side = random.Next(2) == 0 ? Buyer : Store;
            if (random.Next(3) > 0)
            {
                var post = (side.IsStore ? FromStore(random.Next(1_500)) : FromBuyer(random.Next(1_500))) with { Body = $"{random.Next(2)}" };
                if (all.Any(message => message.Id == post.Id && message.Sender == side) && !state.Tail.Any(message => message.Id == post.Id && message.Sender == side))
                {
                    continue; // Older than the tail: the log's unique key answers, see the log's contract.
                }

                if (ConversationRules.Decide(state, post, Noon.AddSeconds(step)).Event is MessagePosted posted)
                {
                    all.Add(posted.Message);
                    state = ConversationRules.Apply(state, posted);
                }
            }
            else
            {
                var marks = new MarkReceipts(side, random.NextInt64(state.Row.Head + 1), random.NextInt64(state.Row.Head + 1));
                var before = state.Row.MarksOf(side);
                state = Mark(state, marks, read => all.Count(message => message.Sender != side && message.Seq > read));
                Assert.True(state.Row.MarksOf(side).Read >= before.Read && state.Row.MarksOf(side).Delivered >= before.Delivered);
            }

            Assert.Equal(all.Count, state.Row.Head);
            foreach (var member in (PrincipalId[])[Buyer, Store])
            {
                var now = state.Row.MarksOf(member);
                Assert.True(now.Read <= now.Delivered && now.Delivered <= state.Row.Head);
                Assert.Equal(all.Count(message => message.Sender != member && message.Seq > now.Read), now.Unread);
            }
        }

        Assert.Equal(Enumerable.Range(1, all.Count).Select(seq => (long)seq), all.Select(message => message.Seq));
    }

    private static ConversationState Mark(ConversationState state, MarkReceipts command, Func<long, long>? unreadAfter = null)
    {
        var decision = ConversationRules.Decide(
            state, command, unreadAfter ?? (read => ConversationRules.UnreadInTail(state, command.Member, read)!.Value));
        return decision.Event is null ? state : ConversationRules.Apply(state, decision.Event);
    }

    private static void Check(ConversationState given, PostMessage when, Action<PostMessageReply> then)
    {
        var decision = ConversationRules.Decide(given, when, Noon.AddDays(1));
        Assert.Null(decision.Reply.Error);
        Assert.NotNull(decision.Event);
        then(decision.Reply.Value!);
    }

    private static void Refused(ConversationState given, PostMessage when, ErrorCode code)
    {
        var decision = ConversationRules.Decide(given, when, Noon);
        Assert.Null(decision.Event);
        Assert.Equal(code, decision.Reply.Error?.Code);
    }

    private static T Event<T>(ConversationState given, PostMessage when)
        where T : ConversationEvent => Assert.IsType<T>(ConversationRules.Decide(given, when, Noon.AddDays(1)).Event);
}
