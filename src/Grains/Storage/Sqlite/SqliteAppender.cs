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
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _create;
    private readonly SqliteStatement _move;
    private readonly SqliteStatement _message;
    private readonly SqliteStatement _reply;

    public SqliteAppender(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _find = new SqliteStatement(connection, "SELECT 1 FROM message WHERE conversation = ? AND sender = ? AND client_id = ?");
        _create = new SqliteStatement(
            connection,
            """
            INSERT INTO conversation (id, buyer, store, buyer_name, store_name, version, head, change, last_at, waiting_since,
                buyer_delivered, buyer_read, buyer_unread, store_delivered, store_read, store_unread, product)
            VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """);
        _move = new SqliteStatement(
            connection,
            """
            UPDATE conversation SET version = ?2 + 1, buyer_name = ?4, store_name = ?5, head = ?6, change = ?7, last_at = ?8,
                waiting_since = ?9, buyer_delivered = ?10, buyer_read = ?11, buyer_unread = ?12, store_delivered = ?13,
                store_read = ?14, store_unread = ?15, product = ?16
            WHERE id = ?1 AND version = ?2 AND head = ?6 - ?3
            """);
        _message = new SqliteStatement(
            connection,
            """
            INSERT INTO message (conversation, seq, change, client_id, sender, author, kind, body, sent_at, product, notice)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _reply = new SqliteStatement(
            connection,
            "INSERT INTO reply (store, asked_at, conversation, seq, answered_at) VALUES (?, ?, ?, ?, ?)");
    }

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
        foreach (var part in (ReadOnlySpan<IDisposable>)[_begin, _commit, _rollback, _find, _create, _move, _message, _reply])
        {
            part.Dispose();
        }

        _connection.Dispose();
    }

    private AppendStatus Append(AppendRequest request)
    {
        var conversation = request.Row.Id.Value;
        foreach (var message in request.Messages)
        {
            if (_find.With(conversation).With(message.Sender.Value).With(message.Id).Finds())
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
            _reply.With(request.Row.Id.Store.Value).With(reply.AskedAt.ToUnixTimeMilliseconds()).With(conversation)
                .With(reply.Seq).With(reply.AnsweredAt.ToUnixTimeMilliseconds()).Changes();
        }

        return AppendStatus.Stored;
    }

    private int MoveRow(AppendRequest request)
    {
        var row = request.Row;
        var statement = request.ExpectedVersion == 0
            ? _create.With(row.Id.Value).With(row.Id.Buyer.Value).With(row.Id.Store.Value)
            : _move.With(row.Id.Value).With(request.ExpectedVersion).With(request.Messages.Count);
        return statement.With(row.BuyerName).With(row.StoreName).With(row.Head).With(row.Change)
            .With(row.LastAt.ToUnixTimeMilliseconds()).With(row.WaitingSince?.ToUnixTimeMilliseconds())
            .With(row.Buyer.Delivered).With(row.Buyer.Read).With(row.Buyer.Unread)
            .With(row.Store.Delivered).With(row.Store.Read).With(row.Store.Unread)
            .With(Products.ToJson(row.Product)).Changes();
    }

    private void Insert(string conversation, Message message) =>
        _message.With(conversation).With(message.Seq).With(message.Change).With(message.Id).With(message.Sender.Value)
            .With(message.By.Value).With((int)message.Kind).With(message.Body).With(message.SentAt.ToUnixTimeMilliseconds())
            .With(Products.ToJson(message.Product)).With(Notices.ToJson(message.Notice)).Changes();

    private SqliteCommand Prepare(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
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
