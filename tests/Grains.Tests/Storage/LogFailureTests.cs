using Chat.Grains.Conversations;
using Chat.Grains.Storage;
using Chat.Grains.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Chat.Grains.Tests.Storage;

/// <summary>What breaks below the log: nothing is acknowledged that is not stored, and the log recovers by itself.</summary>
public sealed class LogFailureTests
{
    [Theory, OnPostgres]
    public async Task Connection_lost_within_a_commit_leaves_the_outcome_unknown_and_the_log_goes_on(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = await log.Fill(LogCase.Conversation(), 1);
        var other = await log.Fill(LogCase.Conversation("ben"), 1);
        var message = LogCase.Message(row, 1, "again and again");

        // The row is held, so the batch stands still in the middle of its transaction.
        await using var holder = new NpgsqlConnection(database.Options.ConnectionString);
        await holder.OpenAsync();
        var held = await holder.BeginTransactionAsync();
        await Execute(holder, "SELECT 1 FROM conversation WHERE id = 'anna~casa' FOR UPDATE");
        Task<AppendOutcome>[] appends = [log.Append(LogCase.Append(row, message)), log.Append(LogCase.Append(other, "same batch"))];
        await Until(async () => await Execute(
            holder, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%log writer' AND wait_event_type = 'Lock'") == 1);
        await Execute(holder, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE '%log writer' AND wait_event_type = 'Lock'");

        var outcome = await appends[0];
        Assert.Equal(AppendStatus.Unknown, outcome.Status);
        await held.RollbackAsync();
        await appends[1];

        // As a caller does: read again, repeat the id.
        Assert.Equal(row, await log.Load(row.Id));
        Assert.Null(await log.Find(row.Id, message.Sender, message.Id));
        await log.Stored(LogCase.Append(row, message));
        Assert.Equal(message, await log.Find(row.Id, message.Sender, message.Id));
    }

    [Theory, OnOwnPostgres]
    public async Task What_was_acknowledged_before_a_kill_of_the_server_is_there_after_it(DatabaseKind kind)
    {
        using var server = new PostgresServer();
        await using var database = await TestDatabase.CreateUnprepared(kind, server);
        await database.Open().Prepare(CancellationToken.None);
        var log = database.OpenLog();
        var acknowledged = 0;
        var writers = Enumerable.Range(0, 20).Select(i => Write("buyer" + i)).ToArray();

        await Until(() => Task.FromResult(Volatile.Read(ref acknowledged) > 500));
        server.Kill();
        await Task.WhenAny(Task.WhenAll(writers), Task.Delay(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => log.Load(LogCase.Conversation()));
        server.Start();

        foreach (var (id, acks) in await Task.WhenAll(writers))
        {
            await Until(() => Answers(() => log.Load(id)));
            var stored = await log.ReadBefore(id, long.MaxValue, int.MaxValue);
            var row = (await log.Load(id))!;
            Assert.Equal(acks, stored.Take(acks.Count));
            Assert.InRange(stored.Count, acks.Count, acks.Count + 1);
            Assert.Equal(stored.Count, row.Head);
            await log.Stored(LogCase.Append(row, "after the crash"));
        }

        async Task<(Grains.Shared.ConversationId Id, List<Message> Acknowledged)> Write(string buyer)
        {
            var row = LogCase.Empty(LogCase.Conversation(buyer));
            var acks = new List<Message>();
            while (true)
            {
                var request = LogCase.Append(row, "message of " + buyer);
                var outcome = await log.Append(request);
                if (outcome.Status != AppendStatus.Stored)
                {
                    Assert.Equal(AppendStatus.Unknown, outcome.Status);
                    return (row.Id, acks);
                }

                acks.AddRange(request.Messages);
                row = request.Row;
                Interlocked.Increment(ref acknowledged);
            }
        }
    }

    [Fact]
    public async Task Full_disk_stores_nothing_of_the_batch_and_ends_when_there_is_room()
    {
        await using var database = await TestDatabase.Create(DatabaseKind.Sqlite);
        var connection = new SqliteConnection(database.Options.ConnectionString + ";Pooling=false");
        connection.Open();
        using var limit = connection.CreateCommand();
        using var appender = new SqliteAppender(connection);
        AppendRequest[] batch =
        [
            LogCase.Append(LogCase.Empty(LogCase.Conversation("anna")), "small"),
            LogCase.Append(LogCase.Empty(LogCase.Conversation("ben")), [.. Enumerable.Repeat(new string('x', 3_000), 100)]),
        ];

        limit.CommandText = "PRAGMA max_page_count = 1";
        limit.ExecuteNonQuery();
        var failure = Assert.Throws<SqliteException>(() => appender.Commit(batch));
        var log = database.OpenLog();

        Assert.Equal(SQLitePCL.raw.SQLITE_FULL, failure.SqliteErrorCode);
        Assert.Null(await log.Load(batch[0].Row.Id));
        limit.CommandText = "PRAGMA max_page_count = 100000";
        limit.ExecuteNonQuery();
        Assert.Equal([AppendStatus.Stored, AppendStatus.Stored], appender.Commit(batch));
        Assert.Equal(100, (await log.Load(batch[1].Row.Id))!.Head);
    }

    [Fact]
    public async Task Database_that_went_away_is_unknown_to_writers_and_unavailable_to_readers()
    {
        await using var database = await TestDatabase.Create(DatabaseKind.Sqlite);
        var log = database.OpenLog();
        var file = new SqliteConnectionStringBuilder(database.Options.ConnectionString).DataSource;
        SqliteConnection.ClearAllPools();
        File.Move(file, file + ".away");
        Directory.CreateDirectory(file);

        var outcome = await log.Append(LogCase.Append(LogCase.Empty(LogCase.Conversation()), "lost"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => log.Load(LogCase.Conversation()));
        Directory.Delete(file);
        File.Move(file + ".away", file);

        Assert.Equal(AppendStatus.Unknown, outcome.Status);
        Assert.Null(await log.Load(LogCase.Conversation()));
        await log.Stored(LogCase.Append(LogCase.Empty(LogCase.Conversation()), "found"));
    }

    private static async Task<bool> Answers<T>(Func<Task<T>> read)
    {
        try
        {
            await read();
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    private static async Task<long> Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
