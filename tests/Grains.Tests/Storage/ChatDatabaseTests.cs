using Chat.Grains.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chat.Grains.Tests.Storage;

/// <summary>Creation, migration and refusals at start.</summary>
public sealed class ChatDatabaseTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Five_starts_at_once_make_one_schema(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateUnprepared(kind);
        using var barrier = new Barrier(5);

        ChatDatabase[] handles = [.. Enumerable.Range(0, 5).Select(_ => database.Open())];
        var epochs = await Task.WhenAll(handles.Select(handle => Task.Factory.StartNew(
            async () =>
            {
                barrier.SignalAndWait();
                await handle.Prepare(CancellationToken.None);
                return handle.Epoch;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));

        Assert.Single(epochs.Distinct());
        var versions = await database.Query("SELECT version FROM schema_version ORDER BY version", row => row.GetInt32(0));
        Assert.Equal(Enumerable.Range(1, versions.Count), versions);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Start_keeps_what_is_stored_and_renews_the_query_texts(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var row = await database.OpenLog().Fill(LogCase.Conversation(), 2);
        await database.Query("UPDATE OrleansQuery SET QueryText = 'SELECT 1' WHERE QueryKey = 'ReadFromStorageKey'", _ => 0);

        await database.Open().Prepare(CancellationToken.None);

        Assert.Equal(row, await database.OpenLog().Load(row.Id));
        var text = await database.Query(
            "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'ReadFromStorageKey'", query => query.GetString(0));
        Assert.Contains("grain_state", Assert.Single(text), StringComparison.Ordinal);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Schema_of_a_later_build_that_declares_nothing_is_refused(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await database.Query("INSERT INTO schema_version (version) VALUES (1000)", _ => 0);

        var refusal = await Assert.ThrowsAsync<UnsafeDatabaseException>(() => database.Open().Prepare(CancellationToken.None));

        Assert.Contains("1000", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=chat;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=file:chat?mode=memory")]
    [InlineData("Data Source=chat.db;Mode=ReadOnly")]
    [InlineData("")]
    [InlineData("Data Source=chat.db;Synchronous=NORMAL")]
    [InlineData("Data Source=chat.db;Journal Mode=MEMORY")]
    public void Sqlite_that_would_forget_is_refused(string connectionString)
    {
        var options = Options.Create(new ChatDatabaseOptions { ConnectionString = connectionString });

        Assert.Throws<UnsafeDatabaseException>(() => new ChatDatabase(options, NullLoggerFactory.Instance));
    }

    [Theory, OnPostgres]
    public async Task Synchronous_commit_off_is_refused_wherever_it_is_set(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var name = new NpgsqlConnectionStringBuilder(database.Options.ConnectionString).Database;
        await database.Query($"ALTER DATABASE {name} SET synchronous_commit = off", _ => 0);
        NpgsqlConnection.ClearAllPools();

        var refusal = await Assert.ThrowsAsync<UnsafeDatabaseException>(() => database.Open().Prepare(CancellationToken.None));

        Assert.Contains("synchronous_commit=off", refusal.Message, StringComparison.Ordinal);
        database.Options.ConnectionString += ";Options=-c synchronous_commit=local";
        await database.Open().Prepare(CancellationToken.None);
    }

    [Theory, OnOwnPostgres]
    public async Task Fsync_off_is_refused(DatabaseKind kind)
    {
        using var server = new PostgresServer("-c fsync=off");
        await using var database = await TestDatabase.CreateUnprepared(kind, server);

        var refusal = await Assert.ThrowsAsync<UnsafeDatabaseException>(() => database.Open().Prepare(CancellationToken.None));

        Assert.Contains("fsync=off", refusal.Message, StringComparison.Ordinal);
    }
}
