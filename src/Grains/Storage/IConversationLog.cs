using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>One answered question, for the reply-time badge: stored in the same transaction as the answer.</summary>
/// <param name="AskedAt">When the buyer's oldest unanswered message was sent.</param>
/// <param name="AnsweredAt">When the store answered.</param>
/// <param name="Seq">The answer's seq.</param>
public sealed record ReplyRecord(DateTimeOffset AskedAt, DateTimeOffset AnsweredAt, long Seq);

/// <summary>One conversation's share of a commit.</summary>
/// <param name="ExpectedVersion">The version of the row this was decided on; 0 creates the conversation.</param>
/// <param name="Row">The whole row after it, with <c>Version = ExpectedVersion + 1</c>.</param>
/// <param name="Messages">New messages, ascending, gapless, at most <see cref="Limits.ConversationBatchMax"/>.</param>
/// <param name="Replies">Questions these messages answer.</param>
public sealed record AppendRequest(
    long ExpectedVersion,
    ConversationRow Row,
    IReadOnlyList<Message> Messages,
    IReadOnlyList<ReplyRecord> Replies);

/// <summary>What became of an append.</summary>
public enum AppendStatus
{
    /// <summary>Durable.</summary>
    Stored,

    /// <summary>Refused: the row has another version. Another activation writes; nothing was stored.</summary>
    Fenced,

    /// <summary>Refused: some message ids exist already (<see cref="AppendOutcome.Existing"/>). Nothing was stored.</summary>
    Duplicate,

    /// <summary>Refused before it was tried: the queue is full. Nothing was stored.</summary>
    Busy,

    /// <summary>Refused for good: the database cannot hold this content. Nothing was stored.</summary>
    Rejected,

    /// <summary>The transaction's fate is not known. The caller forgets what it holds and reads again.</summary>
    Unknown,
}

/// <summary>The outcome of an append.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Existing">With <see cref="AppendStatus.Duplicate"/>: the stored messages that have the ids.</param>
public sealed record AppendOutcome(AppendStatus Status, IReadOnlyList<Message> Existing)
{
    /// <summary>Outcomes without detail.</summary>
    public static AppendOutcome Of(AppendStatus status) => new(status, []);
}

/// <summary>
/// The append-only log of all conversations. The database is the truth: what <see cref="Append"/> reports as stored is
/// on disk, whatever crashes afterwards. Reads see everything stored before they were called. Reads throw
/// <see cref="StorageUnavailableException"/> when the database cannot be reached; <see cref="Append"/> never throws.
/// </summary>
public interface IConversationLog
{
    /// <summary>
    /// Stores one conversation's messages and row in one transaction, together with whatever other conversations wait
    /// (group commit). Fenced by the row's version and by (conversation, seq); idempotent by (conversation, sender, id).
    /// One request's refusal never touches another's.
    /// </summary>
    Task<AppendOutcome> Append(AppendRequest request);

    /// <summary>The row, or null when the conversation has not begun.</summary>
    Task<ConversationRow?> Load(ConversationId conversation);

    /// <summary>
    /// The row's version, 0 when the conversation has not begun: whether what is held of it still holds. One key, looked up
    /// together with those that others wait for.
    /// </summary>
    Task<long> VersionOf(ConversationId conversation);

    /// <summary>The newest messages with seq below <paramref name="beforeSeq"/>, at most <paramref name="limit"/>, ascending.</summary>
    Task<IReadOnlyList<Message>> ReadBefore(ConversationId conversation, long beforeSeq, int limit);

    /// <summary>
    /// Messages whose change is above <paramref name="afterChange"/>, ascending by change, at most
    /// <paramref name="limit"/> (of more, the newest); costs what is returned, not what is stored.
    /// </summary>
    Task<IReadOnlyList<Message>> ReadChanges(ConversationId conversation, long afterChange, int limit);

    /// <summary>The message a principal stored under a client id, or null.</summary>
    Task<Message?> Find(ConversationId conversation, PrincipalId sender, Guid id);

    /// <summary>Messages of others with seq above <paramref name="afterSeq"/>.</summary>
    Task<long> CountUnread(ConversationId conversation, PrincipalId reader, long afterSeq);
}

/// <summary>The database cannot be reached or does not answer; nothing was decided.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
