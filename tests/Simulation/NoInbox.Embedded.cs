using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Simulation;

/// <summary>Lists are queries of a database; there is none here, and no scenario asks for them.</summary>
internal sealed class NoInbox : IInboxReader
{
    public Task<InboxPage> Page(PrincipalId principal, InboxFilter filter, InboxCursor? after, int limit) => throw new NotSupportedException();

    public Task<ConversationSummary?> Find(ConversationId conversation) => throw new NotSupportedException();

    public Task<UnreadTotals> Totals(PrincipalId principal) => throw new NotSupportedException();

    public Task<ReplyStats> Replies(StoreId store, DateTimeOffset askedSince, DateTimeOffset promptBefore, TimeSpan promptWithin) =>
        throw new NotSupportedException();
}
