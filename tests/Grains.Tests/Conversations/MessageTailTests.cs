using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.Conversations;

public class MessageTailTests
{
    private static readonly PrincipalId Anna = new("u:anna");
    private static readonly PrincipalId Store = new("s:casa-lumbre");

    [Fact]
    public void Every_tail_keeps_its_own_messages_whatever_is_added_to_those_before_it()
    {
        var tails = new List<MessageTail> { MessageTail.Of([]) };
        for (var seq = 1; seq <= 3 * Limits.ConversationTailMax; seq++)
        {
            tails.Add(tails[^1].With(Message(seq)));
        }

        for (var head = 0; head < tails.Count; head++)
        {
            var first = Math.Max(1, head - Limits.ConversationTailMax + 1);
            Assert.Equal(Enumerable.Range(first, head - first + 1), tails[head].Select(message => (int)message.Seq));
        }
    }

    [Fact]
    public void Two_tails_that_follow_the_same_one_do_not_meet()
    {
        var before = MessageTail.Of([Message(1)]).With(Message(2)).With(Message(3));
        var (given, taken) = (before.With(Message(4, id: 44)), before.With(Message(4, id: 45)));
        Assert.Equal((3, Id(44), Id(45)), (before.Length, given[^1].Id, taken[^1].Id));
        Assert.NotNull(given.Find(Id(44), Anna));
        Assert.Null(given.Find(Id(45), Anna));
        Assert.Null(before.Find(Id(44), Anna));
    }

    [Fact]
    public void An_id_is_found_with_its_sender_only()
    {
        var tail = MessageTail.Of([Message(1, id: 7), Message(2, Store, id: 7), Message(3, id: 8)]);
        Assert.Equal((1L, 2L), (tail.Find(Id(7), Anna)!.Seq, tail.Find(Id(7), Store)!.Seq));
        Assert.Null(tail.Find(Id(8), Store));
        Assert.Null(tail.Find(Id(9), Anna));
    }

    [Fact]
    public void An_id_that_left_the_tail_is_not_found()
    {
        var tail = MessageTail.Of([Message(1)]);
        for (var seq = 2; seq <= Limits.ConversationTailMax + 1; seq++)
        {
            tail = tail.With(Message(seq));
        }

        Assert.Null(tail.Find(Id(1), Anna));
        Assert.NotNull(tail.Find(Id(2), Anna));
    }

    private static Message Message(int seq, PrincipalId? sender = null, int? id = null) =>
        new(seq, seq, Id(id ?? seq), sender ?? Anna, new UserId("anna"), MessageKind.Text, "x", DateTimeOffset.UnixEpoch);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
