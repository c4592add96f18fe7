using Chat.Grains.Conversations;
using Microsoft.Data.Sqlite;

namespace Chat.Grains.Storage.Sqlite;

/// <summary>The prepared statements of the writing connection, and what a transaction does with them.</summary>
internal sealed class SqliteAppender : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _create;
    private readonly SqliteCommand _move;
    private readonly SqliteCommand _message;
    private readonly SqliteCommand _reply;

    public SqliteAppender(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _find = Prepare(
            "SELECT 1 FROM message WHERE conversation = $conversation AND sender = $sender AND client_id = $client_id",
            "conversation", "sender", "client_id");
        _create = Prepare(
            """
            INSERT INTO conversation (id, buyer, store, buyer_name, store_name, version, head, change, last_at, waiting_since,
                buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread, product)
            VALUES ($id, $buyer, $store, $buyer_name, $store_name, 1, $head, $change, $last_at, $waiting_since,
                $buyer_delivered, $buyer_read, $buyer_unread, $store_delivered, $store_read, $store_unread, $product)
            ON CONFLICT (id) DO NOTHING
            """,
            ["id", "buyer", "store", .. RowColumns]);
        _move = Prepare(
            """
            UPDATE conversation SET buyer_name = $buyer_name, store_name = $store_name, version = $expected + 1, head = $head,
                change = $change, last_at = $last_at, waiting_since = $waiting_since, buyer_delivered = $buyer_delivered,
                buyer_read = $buyer_read, buyer_unread = $buyer_unread, store_delivered = $store_delivered,
                store_read = $store_read, store_unread = $store_unread, product = $product
            WHERE id = $id AND version = $expected AND head = $head - $count
            """,
            ["id", "expected", "count", .. RowColumns]);
        _message = Prepare(
            """
            INSERT INTO message (conversation, seq, change, client_id, sender, author, kind, body, sent_at, product, notice)
            VALUES ($conversation, $seq, $change, $client_id, $sender, $author, $kind, $body, $sent_at, $product, $notice)
            """,
            "conversation", "seq", "change", "client_id", "sender", "author", "kind", "body", "sent_at", "product", "notice");
        _reply = Prepare(
            "INSERT INTO reply (store, asked_at, conversation, seq, answered_at) VALUES ($store, $asked_at, $conversation, $seq, $answered_at)",
            "store", "asked_at", "conversation", "seq", "answered_at");
    }

    private static ReadOnlySpan<string> RowColumns => (string[])
    [
        "buyer_name", "store_name", "head", "change", "last_at", "waiting_since", "buyer_delivered", "buyer_read", "buyer_unread",
        "store_delivered", "store_read", "store_unread", "product",
    ];

    /// <summary>All or nothing but for the refused ones; returns after the commit has been synced.</summary>
    public AppendStatus[] Commit(IReadOnlyList<AppendRequest> requests)
    {
        _begin.ExecuteNonQuery();
        try
        {
            var fates = new AppendStatus[requests.Count];
            for (var i = 0; i < fates.Length; i++)
            {
                fates[i] = Append(requests[i]);
            }

            _commit.ExecuteNonQuery();
            return fates;
        }
        catch
        {
            TryRollBack();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[_begin, _commit, _rollback, _find, _create, _move, _message, _reply])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private AppendStatus Append(AppendRequest request)
    {
        var conversation = request.Row.Id.Value;
        foreach (var message in request.Messages)
        {
            if (Run(_find, conversation, message.Sender.Value, message.Id.ToByteArray()).ExecuteScalar() is not null)
            {
                return AppendStatus.Duplicate;
            }
        }

        if (MoveRow(request) == 0)
        {
            return AppendStatus.Fenced;
        }

        foreach (var message in request.Messages)
        {
            Insert(conversation, message);
        }

        foreach (var reply in request.Replies)
        {
            Run(
                _reply,
                request.Row.Id.Store.Value,
                reply.AskedAt.ToUnixTimeMilliseconds(),
                conversation,
                reply.Seq,
                reply.AnsweredAt.ToUnixTimeMilliseconds()).ExecuteNonQuery();
        }

        return AppendStatus.Stored;
    }

    private int MoveRow(AppendRequest request)
    {
        var row = request.Row;
        object?[] values =
        [
            row.BuyerName, row.StoreName, row.Head, row.Change, row.LastAt.ToUnixTimeMilliseconds(),
            row.WaitingSince?.ToUnixTimeMilliseconds(), row.Buyer.Delivered, row.Buyer.Read, row.Buyer.Unread,
            row.Store.Delivered, row.Store.Read, row.Store.Unread, Products.ToJson(row.Product),
        ];
        return request.ExpectedVersion == 0
            ? Run(_create, [row.Id.Value, row.Id.Buyer.Value, row.Id.Store.Value, .. values]).ExecuteNonQuery()
            : Run(_move, [row.Id.Value, request.ExpectedVersion, request.Messages.Count, .. values]).ExecuteNonQuery();
    }

    private void Insert(string conversation, Message message) => Run(
        _message,
        conversation,
        message.Seq,
        message.Change,
        message.Id.ToByteArray(),
        message.Sender.Value,
        message.By.Value,
        (int)message.Kind,
        message.Body,
        message.SentAt.ToUnixTimeMilliseconds(),
        Products.ToJson(message.Product),
        Notices.ToJson(message.Notice)).ExecuteNonQuery();

    private static SqliteCommand Run(SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter("$" + name, null));
        }

        return command;
    }

    private void TryRollBack()
    {
        try
        {
            _rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does when the disk is full.
        }
    }
}
