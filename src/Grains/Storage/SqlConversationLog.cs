using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Storage;

/// <summary>The log over either database: appends through the group commit, reads straight from the tables.</summary>
internal sealed class SqlConversationLog : IConversationLog, IAsyncDisposable
{
    internal const string LoadSql = $"SELECT {ConversationRows.Columns} FROM conversation c WHERE c.id = @conversation";

    internal const string ReadBeforeSql = $"""
        SELECT {MessageRows.Columns} FROM message m
        WHERE m.conversation = @conversation AND m.seq < @before ORDER BY m.seq DESC LIMIT @limit
        """;

    /// <summary>
    /// Messages do not change after they are posted, so change rises with seq and what is above a position are the newest
    /// messages, at most as many as changes lie between: the scan ends there, however long the conversation is. Messages
    /// that can be edited will need an index on (conversation, change) in place of this.
    /// </summary>
    internal const string ReadChangesSql = $"""
        SELECT {MessageRows.Columns} FROM (
            SELECT * FROM message WHERE conversation = @conversation ORDER BY seq DESC
            LIMIT coalesce((
                SELECT CASE WHEN change <= @after THEN 0 WHEN change - @after < @limit THEN change - @after ELSE @limit END
                FROM conversation WHERE id = @conversation), 0)) m
        WHERE m.change > @after ORDER BY m.change
        """;

    internal const string CountUnreadSql = """
        SELECT count(*) FROM message WHERE conversation = @conversation AND seq > @after AND sender <> @reader
        """;

    private readonly DatabaseEngine _engine;
    private readonly GroupCommitWriter _writer;
    private readonly KeyLookup<long> _versions;

    public SqlConversationLog(ChatDatabase database, ILogger<GroupCommitWriter> logger)
    {
        _engine = database.Engine;
        _writer = new GroupCommitWriter(_engine.CreateWriter(), _engine.FindExisting, logger);
        _versions = new KeyLookup<long>(_engine, VersionsSql(_engine), static row => row.GetInt64(1));
    }

    public Task<AppendOutcome> Append(AppendRequest request) => _writer.Append(request);

    /// <summary>Ends at a moment when the fate of every append is known. Goes on accepting.</summary>
    public Task Flush() => _writer.Flush();

    public async Task<ConversationRow?> Load(ConversationId conversation) =>
        (await _engine.Query(LoadSql, ConversationRows.Read, ("conversation", conversation.Value))).SingleOrDefault();

    public Task<long> VersionOf(ConversationId conversation) => _versions.Of(conversation);

    public async Task<IReadOnlyList<Message>> ReadBefore(ConversationId conversation, long beforeSeq, int limit)
    {
        var messages = await _engine.Query(
            ReadBeforeSql,
            MessageRows.Read,
            ("conversation", conversation.Value),
            ("before", beforeSeq),
            ("limit", (long)limit));
        messages.Reverse();
        return messages;
    }

    public async Task<IReadOnlyList<Message>> ReadChanges(ConversationId conversation, long afterChange, int limit) =>
        await _engine.Query(
            ReadChangesSql,
            MessageRows.Read,
            ("conversation", conversation.Value),
            ("after", afterChange),
            ("limit", (long)limit));

    public async Task<Message?> Find(ConversationId conversation, PrincipalId sender, Guid id) =>
        (await _engine.Query(
            MessageRows.FindSql,
            MessageRows.Read,
            ("conversation", conversation.Value),
            ("sender", sender.Value),
            ("client_id", _engine.IdValue(id)))).SingleOrDefault();

    public async Task<long> CountUnread(ConversationId conversation, PrincipalId reader, long afterSeq) =>
        (await _engine.Query(
            CountUnreadSql,
            static row => row.GetInt64(0),
            ("conversation", conversation.Value),
            ("after", afterSeq),
            ("reader", reader.Value))).Single();

    internal static string VersionsSql(DatabaseEngine engine) => $"SELECT c.id, c.version FROM conversation c WHERE {engine.IsAmongKeys}";

    public ValueTask DisposeAsync() => _writer.DisposeAsync();
}
