using System.Data.Common;
using Chat.Grains.Conversations;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Grains.Storage.Postgres;

/// <summary>A whole batch as one prepared statement: one round trip, one implicit transaction. Three texts; see each.</summary>
internal sealed class AppendStatement : IAsyncDisposable
{
    /// <summary>
    /// The usual batch: conversations that have begun, messages that are new. Rows are updated in the order of the parameters,
    /// which is that of their ids, so that two processes do not wait for each other; should a plan ever do otherwise, the
    /// server undoes one of them and it is tried again. A row moves only from the version and head the request was decided
    /// on, and messages are inserted only where it moved. A message whose id is stored already breaks the unique key and
    /// with it the whole statement: nothing is looked up beforehand that is nearly never found. Answers with the
    /// conversations that did not move.
    /// </summary>
    private const string UsualSql = """
        WITH request AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            AS r (id, expected, count, head, change, last_at, waiting_since,
                buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread, product)),
        moved AS MATERIALIZED (
            UPDATE conversation c
            SET version = r.expected + 1, head = r.head, change = r.change, last_at = r.last_at, waiting_since = r.waiting_since,
                buyer_delivered = r.buyer_delivered, buyer_read = r.buyer_read, buyer_unread = r.buyer_unread,
                store_delivered = r.store_delivered, store_read = r.store_read, store_unread = r.store_unread,
                product = r.product
            FROM request r
            WHERE c.id = r.id AND c.version = r.expected AND c.head = r.head - r.count
            RETURNING c.id),
        stored_message AS (
            INSERT INTO message (conversation, seq, change, client_id, sender, author, kind, body, sent_at, product, notice)
            SELECT * FROM unnest($15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
            AS m (conversation, seq, change, client_id, sender, author, kind, body, sent_at, product, notice)
            WHERE conversation IN (SELECT id FROM moved)),
        stored_reply AS (
            INSERT INTO reply (store, asked_at, conversation, seq, answered_at)
            SELECT * FROM unnest($26, $27, $28, $29, $30) AS p (store, asked_at, conversation, seq, answered_at)
            WHERE conversation IN (SELECT id FROM moved))
        SELECT id FROM request WHERE id NOT IN (SELECT id FROM moved)
        """;

    /// <summary>
    /// The usual batch while there is little to do: one conversation, one message, perhaps one answered question. Does what
    /// <see cref="UsualSql"/> does with its first row, without the cost of lists, which is most of the cost then.
    /// </summary>
    private const string AloneSql = """
        WITH moved AS (
            UPDATE conversation
            SET version = $2 + 1, head = $4, change = $5, last_at = $6, waiting_since = $7,
                buyer_delivered = $8, buyer_read = $9, buyer_unread = $10,
                store_delivered = $11, store_read = $12, store_unread = $13,
                product = $14
            WHERE id = $1 AND version = $2 AND head = $4 - $3
            RETURNING id),
        stored_message AS (
            INSERT INTO message (conversation, seq, change, client_id, sender, author, kind, body, sent_at, product, notice)
            SELECT $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25 FROM moved),
        stored_reply AS (
            INSERT INTO reply (store, asked_at, conversation, seq, answered_at)
            SELECT $26, $27, $28, $29, $30 FROM moved WHERE $28 IS NOT NULL)
        SELECT $1 WHERE NOT EXISTS (SELECT FROM moved)
        """;

    /// <summary>
    /// Any batch. It decides for each request by itself and says what became of it.
    /// <list type="bullet">
    /// <item>The rows are locked first, in the order of their ids, then new ones are created in that order: two processes
    /// cannot wait for each other.</item>
    /// <item>A row moves only from the version and head the request was decided on. Whoever stores a message moves its
    /// conversation's version, so while the version holds, the messages that this statement sees are all there are: the keys
    /// of message are a second fence that is never reached.</item>
    /// <item>Messages and replies are inserted only for rows that moved.</item>
    /// </list>
    /// </summary>
    private const string ThoroughSql = """
        WITH request AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            AS r (id, expected, count, head, change, last_at, waiting_since,
                buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread, product,
                buyer, store, buyer_name, store_name)),
        new_message AS MATERIALIZED (
            SELECT * FROM unnest($19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
            AS m (conversation, seq, change, client_id, sender, author, kind, body, sent_at, product, notice)),
        duplicate AS MATERIALIZED (
            SELECT DISTINCT stored.conversation AS id
            FROM new_message m JOIN message stored
            ON stored.conversation = m.conversation AND stored.sender = m.sender AND stored.client_id = m.client_id),
        locked AS MATERIALIZED (
            SELECT c.id, c.version, c.head FROM request r JOIN conversation c ON c.id = r.id
            WHERE r.expected > 0
            ORDER BY c.id FOR NO KEY UPDATE OF c),
        created AS (
            INSERT INTO conversation (id, buyer, store, buyer_name, store_name, version, head, change, last_at, waiting_since,
                buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread, product)
            SELECT r.id, r.buyer, r.store, r.buyer_name, r.store_name, 1, r.head, r.change, r.last_at, r.waiting_since,
                r.buyer_delivered, r.buyer_read, r.buyer_unread, r.store_delivered, r.store_read, r.store_unread, r.product
            FROM request r
            WHERE r.expected = 0 AND r.id NOT IN (SELECT id FROM duplicate) AND (SELECT count(*) FROM locked) >= 0
            ORDER BY r.id
            ON CONFLICT (id) DO NOTHING
            RETURNING id),
        moved AS (
            UPDATE conversation c
            SET version = r.expected + 1, head = r.head, change = r.change, last_at = r.last_at, waiting_since = r.waiting_since,
                buyer_delivered = r.buyer_delivered, buyer_read = r.buyer_read, buyer_unread = r.buyer_unread,
                store_delivered = r.store_delivered, store_read = r.store_read, store_unread = r.store_unread,
                product = r.product
            FROM request r JOIN locked l ON l.id = r.id
            WHERE c.id = r.id AND l.version = r.expected AND l.head = r.head - r.count AND c.version = r.expected
                AND r.id NOT IN (SELECT id FROM duplicate)
            RETURNING c.id),
        done AS MATERIALIZED (SELECT id FROM created UNION ALL SELECT id FROM moved),
        stored_message AS (
            INSERT INTO message (conversation, seq, change, client_id, sender, author, kind, body, sent_at, product, notice)
            SELECT * FROM new_message WHERE conversation IN (SELECT id FROM done)),
        stored_reply AS (
            INSERT INTO reply (store, asked_at, conversation, seq, answered_at)
            SELECT * FROM unnest($30, $31, $32, $33, $34) AS p (store, asked_at, conversation, seq, answered_at)
            WHERE conversation IN (SELECT id FROM done))
        SELECT id, id IN (SELECT id FROM done), id IN (SELECT id FROM duplicate) FROM request
        """;

    private readonly NpgsqlCommand _command;
    private readonly Column<AppendRequest>[] _rows;
    private readonly Column<(AppendRequest Request, Message Message)>[] _messages;
    private readonly Column<(AppendRequest Request, ReplyRecord Reply)>[] _replies;
    private readonly List<AppendRequest> _sorted = [];
    private readonly List<(AppendRequest, Message)> _newMessages = [];
    private readonly List<(AppendRequest, ReplyRecord)> _newReplies = [];

    private AppendStatement(NpgsqlConnection connection, string sql, IShape shape, Column<AppendRequest>[] rows)
    {
        _rows = rows;
        _messages = MessageColumns(shape);
        _replies = ReplyColumns(shape);
        _command = new NpgsqlCommand(sql, connection);
        AddParameters(_rows);
        AddParameters(_messages);
        AddParameters(_replies);
    }

    public static AppendStatement Alone(NpgsqlConnection connection) => new(connection, AloneSql, new OneShape(), StateColumns(new OneShape()));

    public static AppendStatement Usual(NpgsqlConnection connection) => new(connection, UsualSql, new ListShape(), StateColumns(new ListShape()));

    public static AppendStatement Thorough(NpgsqlConnection connection) =>
        new(connection, ThoroughSql, new ListShape(), [.. StateColumns(new ListShape()), .. BirthColumns(new ListShape())]);

    /// <summary>Whether <see cref="Alone"/> can take a batch of conversations that have begun.</summary>
    public static bool IsAlone(IReadOnlyList<AppendRequest> requests) => requests is [{ Messages.Count: 1, Replies.Count: <= 1 }];

    public Task Prepare() => _command.PrepareAsync();

    /// <summary>Runs it; nothing is committed before the reader has reached the end of the results.</summary>
    public Task<NpgsqlDataReader> Execute(IEnumerable<AppendRequest> requests)
    {
        Fill(requests);
        return _command.ExecuteReaderAsync();
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();

    private void Fill(IEnumerable<AppendRequest> requests)
    {
        _sorted.Clear();
        _sorted.AddRange(requests);
        _sorted.Sort(static (a, b) => string.CompareOrdinal(a.Row.Id.Value, b.Row.Id.Value));
        _newMessages.Clear();
        _newReplies.Clear();
        foreach (var request in _sorted)
        {
            foreach (var message in request.Messages)
            {
                _newMessages.Add((request, message));
            }

            foreach (var reply in request.Replies)
            {
                _newReplies.Add((request, reply));
            }
        }

        Set(_rows, _sorted);
        Set(_messages, _newMessages);
        Set(_replies, _newReplies);
    }

    private static void Set<TItem>(Column<TItem>[] columns, List<TItem> items)
    {
        foreach (var column in columns)
        {
            column.Set(items);
        }
    }

    private void AddParameters<TItem>(Column<TItem>[] columns)
    {
        foreach (var column in columns)
        {
            _command.Parameters.Add(column.Parameter);
        }
    }

    /// <summary>What each append replaces. Who talks with whom, and their names, are as they were when the conversation began.</summary>
    private static Column<AppendRequest>[] StateColumns(IShape shape) =>
    [
        Text<AppendRequest>(shape, r => r.Row.Id.Value),
        Long<AppendRequest>(shape, r => r.ExpectedVersion),
        Long<AppendRequest>(shape, r => r.Messages.Count),
        Long<AppendRequest>(shape, r => r.Row.Head),
        Long<AppendRequest>(shape, r => r.Row.Change),
        Long<AppendRequest>(shape, r => r.Row.LastAt.ToUnixTimeMilliseconds()),
        shape.Of<AppendRequest, long?>(NpgsqlDbType.Bigint, r => r.Row.WaitingSince?.ToUnixTimeMilliseconds()),
        Long<AppendRequest>(shape, r => r.Row.Buyer.Delivered),
        Long<AppendRequest>(shape, r => r.Row.Buyer.Read),
        Long<AppendRequest>(shape, r => r.Row.Buyer.Unread),
        Long<AppendRequest>(shape, r => r.Row.Store.Delivered),
        Long<AppendRequest>(shape, r => r.Row.Store.Read),
        Long<AppendRequest>(shape, r => r.Row.Store.Unread),
        Json<AppendRequest>(shape, r => Products.ToJson(r.Row.Product)),
    ];

    private static Column<AppendRequest>[] BirthColumns(IShape shape) =>
    [
        Text<AppendRequest>(shape, r => r.Row.Id.Buyer.Value),
        Text<AppendRequest>(shape, r => r.Row.Id.Store.Value),
        Text<AppendRequest>(shape, r => r.Row.BuyerName),
        Text<AppendRequest>(shape, r => r.Row.StoreName),
    ];

    private static Column<(AppendRequest Request, Message Message)>[] MessageColumns(IShape shape) =>
    [
        Text<(AppendRequest Request, Message Message)>(shape, m => m.Request.Row.Id.Value),
        Long<(AppendRequest Request, Message Message)>(shape, m => m.Message.Seq),
        Long<(AppendRequest Request, Message Message)>(shape, m => m.Message.Change),
        shape.Of<(AppendRequest Request, Message Message), Guid>(NpgsqlDbType.Uuid, m => m.Message.Id),
        Text<(AppendRequest Request, Message Message)>(shape, m => m.Message.Sender.Value),
        Text<(AppendRequest Request, Message Message)>(shape, m => m.Message.By.Value),
        shape.Of<(AppendRequest Request, Message Message), short>(NpgsqlDbType.Smallint, m => (short)m.Message.Kind),
        Text<(AppendRequest Request, Message Message)>(shape, m => m.Message.Body),
        Long<(AppendRequest Request, Message Message)>(shape, m => m.Message.SentAt.ToUnixTimeMilliseconds()),
        Json<(AppendRequest Request, Message Message)>(shape, m => Products.ToJson(m.Message.Product)),
        Json<(AppendRequest Request, Message Message)>(shape, m => Notices.ToJson(m.Message.Notice)),
    ];

    private static Column<(AppendRequest Request, ReplyRecord Reply)>[] ReplyColumns(IShape shape) =>
    [
        Text<(AppendRequest Request, ReplyRecord Reply)>(shape, r => r.Request.Row.Id.Store.Value),
        Long<(AppendRequest Request, ReplyRecord Reply)>(shape, r => r.Reply.AskedAt.ToUnixTimeMilliseconds()),
        Text<(AppendRequest Request, ReplyRecord Reply)>(shape, r => r.Request.Row.Id.Value),
        Long<(AppendRequest Request, ReplyRecord Reply)>(shape, r => r.Reply.Seq),
        Long<(AppendRequest Request, ReplyRecord Reply)>(shape, r => r.Reply.AnsweredAt.ToUnixTimeMilliseconds()),
    ];

    private static Column<TItem> Text<TItem>(IShape shape, Func<TItem, string> value) => shape.Of(NpgsqlDbType.Text, value);

    private static Column<TItem> Long<TItem>(IShape shape, Func<TItem, long> value) => shape.Of(NpgsqlDbType.Bigint, value);

    private static Column<TItem> Json<TItem>(IShape shape, Func<TItem, string?> value) => shape.Of(NpgsqlDbType.Jsonb, value);

    /// <summary>What a parameter holds: a list, or one value.</summary>
    private interface IShape
    {
        Column<TItem> Of<TItem, TValue>(NpgsqlDbType type, Func<TItem, TValue> value);
    }

    private sealed class ListShape : IShape
    {
        public Column<TItem> Of<TItem, TValue>(NpgsqlDbType type, Func<TItem, TValue> value) => new ListColumn<TItem, TValue>(type, value);
    }

    private sealed class OneShape : IShape
    {
        public Column<TItem> Of<TItem, TValue>(NpgsqlDbType type, Func<TItem, TValue> value) => new OneColumn<TItem, TValue>(type, value);
    }

    /// <summary>One parameter.</summary>
    private abstract class Column<TItem>
    {
        public abstract DbParameter Parameter { get; }

        public abstract void Set(List<TItem> items);
    }

    /// <summary>An array of what each item has. Typed, so that the driver need not find out each time what is in the array.</summary>
    private sealed class ListColumn<TItem, TValue>(NpgsqlDbType type, Func<TItem, TValue> value) : Column<TItem>
    {
        private readonly NpgsqlParameter<TValue[]> _parameter = new() { NpgsqlDbType = NpgsqlDbType.Array | type };

        public override DbParameter Parameter => _parameter;

        public override void Set(List<TItem> items)
        {
            var values = new TValue[items.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = value(items[i]);
            }

            _parameter.TypedValue = values;
        }
    }

    /// <summary>What the only item has; null without one.</summary>
    private sealed class OneColumn<TItem, TValue>(NpgsqlDbType type, Func<TItem, TValue> value) : Column<TItem>
    {
        private readonly NpgsqlParameter _parameter = new() { NpgsqlDbType = type };

        public override DbParameter Parameter => _parameter;

        public override void Set(List<TItem> items) => _parameter.Value = items is [var only] ? (object?)value(only) ?? DBNull.Value : DBNull.Value;
    }
}
