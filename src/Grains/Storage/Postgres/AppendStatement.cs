using Chat.Grains.Conversations;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Grains.Storage.Postgres;

/// <summary>
/// A whole batch as one statement: one round trip, one implicit transaction. It decides for each request by itself.
/// <list type="bullet">
/// <item>The rows are locked first, in the order of their ids, then new ones are created in that order: two processes
/// cannot wait for each other.</item>
/// <item>A row moves only from the version and head the request was decided on. Whoever stores a message moves its
/// conversation's version, so while the version holds, the messages that this statement sees are all there are: the keys
/// of message are a second fence that is never reached.</item>
/// <item>Messages and replies are inserted only for rows that moved.</item>
/// </list>
/// </summary>
internal static class AppendStatement
{
    private const string Sql = """
        WITH request AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            AS r (id, buyer, store, buyer_name, store_name, expected, count, head, change, last_at, waiting_since,
                buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread, product)),
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
            SET buyer_name = r.buyer_name, store_name = r.store_name, version = r.expected + 1, head = r.head,
                change = r.change, last_at = r.last_at, waiting_since = r.waiting_since,
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

    private const NpgsqlDbType TextArray = NpgsqlDbType.Array | NpgsqlDbType.Text;
    private const NpgsqlDbType LongArray = NpgsqlDbType.Array | NpgsqlDbType.Bigint;
    private const NpgsqlDbType JsonArray = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;
    private const NpgsqlDbType IdArray = NpgsqlDbType.Array | NpgsqlDbType.Uuid;
    private const NpgsqlDbType KindArray = NpgsqlDbType.Array | NpgsqlDbType.Smallint;

    private static readonly NpgsqlDbType[] ParameterTypes =
    [
        TextArray, TextArray, TextArray, TextArray, TextArray, LongArray, LongArray, LongArray, LongArray, LongArray, LongArray,
        LongArray, LongArray, LongArray, LongArray, LongArray, LongArray, JsonArray,
        TextArray, LongArray, LongArray, IdArray, TextArray, TextArray, KindArray, TextArray, LongArray, JsonArray, JsonArray,
        TextArray, LongArray, TextArray, LongArray, LongArray,
    ];

    public static NpgsqlCommand Create(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(Sql, connection);
        foreach (var type in ParameterTypes)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        }

        return command;
    }

    public static void Fill(NpgsqlCommand command, IReadOnlyList<AppendRequest> requests)
    {
        var next = 0;
        FillRows();
        FillMessages();
        FillReplies();

        void Set(object value) => command.Parameters[next++].Value = value;

        void FillRows()
        {
            T[] Column<T>(Func<AppendRequest, T> value) => [.. requests.Select(value)];
            Set(Column(r => r.Row.Id.Value));
            Set(Column(r => r.Row.Id.Buyer.Value));
            Set(Column(r => r.Row.Id.Store.Value));
            Set(Column(r => r.Row.BuyerName));
            Set(Column(r => r.Row.StoreName));
            Set(Column(r => r.ExpectedVersion));
            Set(Column(r => (long)r.Messages.Count));
            Set(Column(r => r.Row.Head));
            Set(Column(r => r.Row.Change));
            Set(Column(r => r.Row.LastAt.ToUnixTimeMilliseconds()));
            Set(Column(r => r.Row.WaitingSince?.ToUnixTimeMilliseconds()));
            Set(Column(r => r.Row.Buyer.Delivered));
            Set(Column(r => r.Row.Buyer.Read));
            Set(Column(r => r.Row.Buyer.Unread));
            Set(Column(r => r.Row.Store.Delivered));
            Set(Column(r => r.Row.Store.Read));
            Set(Column(r => r.Row.Store.Unread));
            Set(Column(r => Products.ToJson(r.Row.Product)));
        }

        void FillMessages()
        {
            var messages = requests.SelectMany(r => r.Messages, (r, message) => (Conversation: r.Row.Id.Value, Message: message)).ToArray();
            T[] Column<T>(Func<Message, T> value) => Array.ConvertAll(messages, m => value(m.Message));
            Set(Array.ConvertAll(messages, m => m.Conversation));
            Set(Column(m => m.Seq));
            Set(Column(m => m.Change));
            Set(Column(m => m.Id));
            Set(Column(m => m.Sender.Value));
            Set(Column(m => m.By.Value));
            Set(Column(m => (short)m.Kind));
            Set(Column(m => m.Body));
            Set(Column(m => m.SentAt.ToUnixTimeMilliseconds()));
            Set(Column(m => Products.ToJson(m.Product)));
            Set(Column(m => Notices.ToJson(m.Notice)));
        }

        void FillReplies()
        {
            var replies = requests.SelectMany(r => r.Replies, (r, reply) => (r.Row.Id, Reply: reply)).ToArray();
            Set(Array.ConvertAll(replies, r => r.Id.Store.Value));
            Set(Array.ConvertAll(replies, r => r.Reply.AskedAt.ToUnixTimeMilliseconds()));
            Set(Array.ConvertAll(replies, r => r.Id.Value));
            Set(Array.ConvertAll(replies, r => r.Reply.Seq));
            Set(Array.ConvertAll(replies, r => r.Reply.AnsweredAt.ToUnixTimeMilliseconds()));
        }
    }
}
