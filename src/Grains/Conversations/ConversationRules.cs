using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Grains.Conversations;

/// <summary>What a command came to: an event to store, an answer that needs none, or a refusal.</summary>
internal readonly record struct Decision<TReply>(ConversationEvent? Event, Result<TReply> Reply)
    where TReply : class;

/// <summary>
/// The rules of a conversation. Pure: no clock, no chance, no storage. <c>Decide</c> says what should happen,
/// <c>Apply</c> says what that makes of the state and never fails.
/// </summary>
internal static class ConversationRules
{
    /// <summary>The answer to everybody who has no business here.</summary>
    public static ChatError NotFound { get; } = new(ErrorCode.ConversationNotFound, "There is no such conversation.");

    /// <summary>
    /// Whether this principal may look at the conversation. A store cannot see one that has not begun: the buyer begins.
    /// </summary>
    public static bool CanSee(ConversationRow row, PrincipalId reader) =>
        row.IsMember(reader) && (row.Head > 0 || !reader.IsStore);

    /// <summary>Decides about a message. An id in the tail is answered from it; an older one is found by the log.</summary>
    public static Decision<PostMessageReply> Decide(ConversationState state, PostMessage command, DateTimeOffset now)
    {
        var row = state.Row;
        if (command.Notice is null && !CanSee(row, command.Sender))
        {
            return new(null, NotFound);
        }

        if (MessageText.Check(command.Body) is { } error)
        {
            return new(null, error);
        }

        if (state.Tail.Find(command.Id, command.Sender) is { } known)
        {
            return new(null, Repeat(known, command));
        }

        // Time within a conversation never runs backwards, whichever silo's clock is asked.
        var sentAt = now < row.LastAt ? row.LastAt : now;
        var message = new Message(
            row.Head + 1, row.Change + 1, command.Id, command.Sender, command.By,
            command.Notice is null ? MessageKind.Text : MessageKind.System, command.Body, sentAt, command.Product, command.Notice);
        var answers = command.Notice is null && command.Sender.IsStore && row.WaitingSince is { } asked ? new ReplyRecord(asked, sentAt, message.Seq) : null;
        return new(
            new MessagePosted(message, command.Origin, answers),
            new PostMessageReply(message.Seq, message.Change, sentAt, false, message.Product));
    }

    /// <summary>
    /// The answer to a message id that is stored already: the first answer, or a conflict. A notice is its source and number,
    /// whatever words a later build finds for it.
    /// </summary>
    public static Result<PostMessageReply> Repeat(Message stored, PostMessage command) =>
        command.Notice is not null || (stored.Body == command.Body && stored.Product?.Id == command.Product?.Id)
            ? new PostMessageReply(stored.Seq, stored.Change, stored.SentAt, true, stored.Product)
            : new ChatError(ErrorCode.IdConflict, "This message id was used for another message.");

    /// <summary>
    /// Decides about marks. <paramref name="unreadAfter"/> counts the messages of others after a seq; it is only asked
    /// when the read mark rises.
    /// </summary>
    public static Decision<Receipt> Decide(ConversationState state, MarkReceipts command, Func<long, long> unreadAfter)
    {
        var row = state.Row;
        if (!CanSee(row, command.Member))
        {
            return new(null, NotFound);
        }

        if (command.Delivered < 0 || command.Read < 0 || command.Delivered > row.Head || command.Read > row.Head)
        {
            return new(null, new ChatError(ErrorCode.BadPosition, "The position is not in this conversation.", Limit: row.Head));
        }

        var old = row.MarksOf(command.Member);
        var read = Math.Max(old.Read, command.Read);
        var delivered = Math.Max(Math.Max(old.Delivered, command.Delivered), read);
        var receipt = new Receipt(command.Member, delivered, read);
        if (read == old.Read && delivered == old.Delivered)
        {
            return new(null, receipt);
        }

        var unread = read == old.Read ? old.Unread : unreadAfter(read);
        return new(new ReceiptsRaised(command.Member, new MemberMarks(delivered, read, unread)), receipt);
    }

    /// <summary>Messages of others after a seq, as far as the tail knows; null when it does not reach back that far.</summary>
    public static long? UnreadInTail(ConversationState state, PrincipalId reader, long afterSeq)
    {
        if (!state.TailCovers(afterSeq))
        {
            return null;
        }

        var count = 0L;
        foreach (var message in state.Tail)
        {
            if (message.Seq > afterSeq && message.Sender != reader)
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>The state after an event.</summary>
    public static ConversationState Apply(ConversationState state, ConversationEvent @event) => @event switch
    {
        MessagePosted posted => Apply(state, posted.Message),
        ReceiptsRaised raised => state with { Row = WithMarks(state.Row, raised.Member, raised.Marks) },
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "Unknown event."),
    };

    private static ConversationState Apply(ConversationState state, Message message)
    {
        var row = state.Row;
        var next = row with
        {
            Buyer = row.Id.IsBuyer(message.Sender) ? row.Buyer : row.Buyer with { Unread = row.Buyer.Unread + 1 },
            Store = row.Id.IsStore(message.Sender) ? row.Store : row.Store with { Unread = row.Store.Unread + 1 },
            Head = message.Seq,
            Change = message.Change,
            LastAt = message.SentAt,
            WaitingSince = Waiting(row, message),
            Product = message.Product ?? row.Product,
        };
        return new ConversationState(next, state.Tail.With(message));
    }

    /// <summary>A notice is neither a question nor an answer.</summary>
    private static DateTimeOffset? Waiting(ConversationRow row, Message message) =>
        message.Kind == MessageKind.System ? row.WaitingSince
        : message.Sender.IsStore ? null
        : row.WaitingSince ?? message.SentAt;

    private static ConversationRow WithMarks(ConversationRow row, PrincipalId member, MemberMarks marks) =>
        member.IsStore ? row with { Store = marks } : row with { Buyer = marks };
}
