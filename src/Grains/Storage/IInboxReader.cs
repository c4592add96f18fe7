using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>Which conversations a list shows.</summary>
public enum InboxFilter
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those with unread messages.</summary>
    Unread,

    /// <summary>Those in which the buyer waits for an answer.</summary>
    NeedsReply,
}

/// <summary>Where a page ended: the last conversation on it.</summary>
public sealed record InboxCursor(DateTimeOffset LastAt, ConversationId Conversation);

/// <summary>A page of a principal's conversations, newest first.</summary>
public sealed record InboxPage(IReadOnlyList<ConversationSummary> Conversations, InboxCursor? Next);

/// <summary>What is unread over all conversations of a principal.</summary>
public sealed record UnreadTotals(long Messages, long Conversations);

/// <summary>How fast a store answers, for its badge.</summary>
/// <param name="Asked">Questions in the window, answered or still waiting longer than the prompt time.</param>
/// <param name="AnsweredPromptly">Those answered within the prompt time.</param>
/// <param name="Median">Median time to the answer, over the answered; null when none was.</param>
public sealed record ReplyStats(int Asked, int AnsweredPromptly, TimeSpan? Median);

/// <summary>
/// Lists over the conversation rows: no second copy that could disagree with them. Throws
/// <see cref="StorageUnavailableException"/> when the database cannot be reached.
/// </summary>
public interface IInboxReader
{
    /// <summary>A page of at most <paramref name="limit"/> conversations, newest first; costs what the page holds.</summary>
    Task<InboxPage> Page(PrincipalId principal, InboxFilter filter, InboxCursor? after, int limit);

    /// <summary>A conversation as it is stored now, null before it has begun; looked up together with those that others wait for.</summary>
    Task<ConversationSummary?> Find(ConversationId conversation);

    /// <summary>Unread over all conversations of the principal.</summary>
    Task<UnreadTotals> Totals(PrincipalId principal);

    /// <summary>Reply figures of a store for questions asked since a time; one asked after <paramref name="promptBefore"/> and not yet answered does not count.</summary>
    Task<ReplyStats> Replies(StoreId store, DateTimeOffset askedSince, DateTimeOffset promptBefore, TimeSpan promptWithin);
}
