using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>
/// Lists over the conversation rows. Pages are ordered by (last_day, last_at, id), newest first: the index holds only the
/// day, so that an append rarely touches it, and a page sorts the conversations of the days it shows.
/// </summary>
internal sealed class SqlInboxReader(ChatDatabase database) : IInboxReader
{
    internal const string RepliesSql = """
        SELECT asked_at, answered_at FROM reply WHERE store = @store AND asked_at >= @since ORDER BY asked_at DESC LIMIT @limit
        """;

    /// <summary>A question cannot be younger than its conversation's newest message: the days bound the scan.</summary>
    internal const string WaitingSql = """
        SELECT count(*) FROM conversation
        WHERE store = @store AND last_day >= @day AND waiting_since >= @since AND waiting_since <= @prompt
        """;

    private readonly DatabaseEngine _engine = database.Engine;
    private readonly KeyLookup<ConversationSummary> _summaries = new(database.Engine, SummariesSql(database.Engine), ReadSummary);

    public Task<ConversationSummary?> Find(ConversationId conversation) => _summaries.Of(conversation);

    public async Task<InboxPage> Page(PrincipalId principal, InboxFilter filter, InboxCursor? after, int limit)
    {
        var parameters = new List<(string, object)> { ("who", principal.Key), ("limit", limit + 1L) };
        if (after is not null)
        {
            var lastAt = after.LastAt.ToUnixTimeMilliseconds();
            parameters.Add(("day", lastAt / Time.MillisecondsPerDay));
            parameters.Add(("at", lastAt));
            parameters.Add(("id", after.Conversation.Value));
        }

        var page = await _engine.Query(PageSql(principal, filter, after is not null), ReadSummary, [.. parameters]);
        if (page.Count <= limit)
        {
            return new InboxPage(page, null);
        }

        page.RemoveAt(limit);
        var last = page[^1].Row;
        return new InboxPage(page, new InboxCursor(last.LastAt, last.Id));
    }

    public async Task<UnreadTotals> Totals(PrincipalId principal)
    {
        var (member, unread) = Columns(principal);
        var sql = $"""
            SELECT CAST(coalesce(sum({unread}), 0) AS bigint), count(*) FROM conversation WHERE {member} = @who AND {unread} > 0
            """;
        return (await _engine.Query(
            sql,
            static row => new UnreadTotals(row.GetInt64(0), row.GetInt64(1)),
            ("who", principal.Key))).Single();
    }

    public async Task<ReplyStats> Replies(StoreId store, DateTimeOffset askedSince, DateTimeOffset promptBefore, TimeSpan promptWithin)
    {
        var since = askedSince.ToUnixTimeMilliseconds();
        var answered = await _engine.Query(
            RepliesSql,
            static row => row.GetInt64(1) - row.GetInt64(0),
            ("store", store.Value),
            ("since", since),
            ("limit", (long)Limits.ReplySampleMax));
        var waiting = (await _engine.Query(
            WaitingSql,
            static row => row.GetInt64(0),
            ("store", store.Value),
            ("day", since / Time.MillisecondsPerDay),
            ("since", since),
            ("prompt", promptBefore.ToUnixTimeMilliseconds()))).Single();
        var prompt = answered.Count(time => time <= promptWithin.TotalMilliseconds);
        return new ReplyStats(answered.Count + (int)waiting, prompt, Median(answered));
    }

    internal static string PageSql(PrincipalId principal, InboxFilter filter, bool continued)
    {
        var (member, unread) = Columns(principal);
        var chosen = filter switch
        {
            InboxFilter.All => "",
            InboxFilter.Unread => $"AND {unread} > 0",
            InboxFilter.NeedsReply => "AND waiting_since IS NOT NULL",
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter."),
        };
        var from = continued ? "AND last_day <= @day AND (last_at, id) < (@at, @id)" : "";
        return $"""
            SELECT {ConversationRows.Columns}, {MessageRows.Columns}
            FROM (
                SELECT * FROM conversation WHERE {member} = @who {from} {chosen}
                ORDER BY last_day DESC, last_at DESC, id DESC LIMIT @limit) c
            LEFT JOIN message m ON m.conversation = c.id AND m.seq = c.head
            ORDER BY c.last_day DESC, c.last_at DESC, c.id DESC
            """;
    }

    internal static string SummariesSql(DatabaseEngine engine) => $"""
        SELECT {ConversationRows.Columns}, {MessageRows.Columns}
        FROM conversation c LEFT JOIN message m ON m.conversation = c.id AND m.seq = c.head WHERE {engine.IsAmongKeys}
        """;

    private static (string Member, string Unread) Columns(PrincipalId principal) =>
        principal.IsStore ? ("store", "store_unread") : ("buyer", "buyer_unread");

    private static ConversationSummary ReadSummary(System.Data.Common.DbDataReader row) => new(
        ConversationRows.Read(row),
        row.IsDBNull(ConversationRows.ColumnCount) ? null : MessageRows.Read(row, ConversationRows.ColumnCount));

    private static TimeSpan? Median(List<long> times)
    {
        if (times.Count == 0)
        {
            return null;
        }

        times.Sort();
        var middle = times.Count / 2;
        var median = times.Count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
        return TimeSpan.FromMilliseconds(median);
    }
}
