using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Grains.Conversations;

/// <summary>
/// What an activation holds of its conversation: the row and the newest messages, never more than
/// <see cref="Limits.ConversationTailMax"/>, so that 10,000 messages cost the memory of 64.
/// </summary>
internal sealed record ConversationState(ConversationRow Row, MessageTail Tail)
{
    /// <summary>The newest message.</summary>
    public Message? Last => Tail.IsEmpty ? null : Tail[^1];

    /// <summary>Whether the tail holds every message with a seq above <paramref name="seq"/>.</summary>
    public bool TailCovers(long seq) => seq >= Row.Head || (!Tail.IsEmpty && Tail[0].Seq <= seq + 1);

    /// <summary>The summary every member sees.</summary>
    public ConversationSummary Summary => new(Row, Last);
}

/// <summary>Something that happened to a conversation.</summary>
internal abstract record ConversationEvent;

/// <summary>A message got its place.</summary>
/// <param name="Message">The message.</param>
/// <param name="Origin">The connection that already knows.</param>
/// <param name="Answers">The question it answers, when it is the store's first word after one.</param>
internal sealed record MessagePosted(Message Message, string? Origin, ReplyRecord? Answers) : ConversationEvent;

/// <summary>A member's marks rose.</summary>
internal sealed record ReceiptsRaised(PrincipalId Member, MemberMarks Marks) : ConversationEvent;
