using Chat.Grains.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chat.Grains.Tests.Storage;

/// <summary>An empty database of one test's own, dropped after it. Several logs on it stand for several processes.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _open = [];
    private readonly Func<Task> _drop;

    private TestDatabase(DatabaseKind kind, ChatDatabaseOptions options, Func<Task> drop)
    {
        Kind = kind;
        Options = options;
        _drop = drop;
    }

    public DatabaseKind Kind { get; }

    public ChatDatabaseOptions Options { get; }

    public static async Task<TestDatabase> Create(DatabaseKind kind)
    {
        var database = await CreateUnprepared(kind);
        await database.Open().Prepare(CancellationToken.None);
        return database;
    }

    public static async Task<TestDatabase> CreateUnprepared(DatabaseKind kind, PostgresServer? server = null)
    {
        var name = "test_" + Guid.NewGuid().ToString("n");
        if (kind == DatabaseKind.Sqlite)
        {
            var directory = Directory.CreateTempSubdirectory(name);
            return new TestDatabase(
                kind,
                new ChatDatabaseOptions { ConnectionString = $"Data Source={directory.FullName}/chat.db" },
                () =>
                {
                    directory.Delete(recursive: true);
                    return Task.CompletedTask;
                });
        }

        var administrator = server?.ConnectionString ?? PostgresServer.SharedConnectionString;
        await Execute(administrator, $"CREATE DATABASE {name}");
        var address = new NpgsqlConnectionStringBuilder(administrator) { Database = name };
        return new TestDatabase(
            kind,
            new ChatDatabaseOptions { Provider = ChatDatabaseProvider.Postgres, ConnectionString = address.ConnectionString },
            () => Execute(administrator, $"DROP DATABASE {name} WITH (FORCE)"));
    }

    public ChatDatabase Open()
    {
        var database = new ChatDatabase(Microsoft.Extensions.Options.Options.Create(Options), NullLoggerFactory.Instance);
        Keep(database);
        return database;
    }

    public SqlConversationLog OpenLog()
    {
        var log = new SqlConversationLog(Open(), NullLogger<GroupCommitWriter>.Instance);
        Keep(log);
        return log;
    }

    public SqlRatingLog OpenRatings()
    {
        var log = new SqlRatingLog(Open(), NullLogger<RatingWriter>.Instance);
        Keep(log);
        return log;
    }

    public IInboxReader OpenInbox() => new SqlInboxReader(Open());

    public SqlOrderReader OpenOrders() => new(Open());

    /// <summary>Runs SQL past the log.</summary>
    public Task<List<T>> Query<T>(string sql, Func<System.Data.Common.DbDataReader, T> map, params (string, object)[] parameters) =>
        Open().Engine.Query(sql, map, parameters);

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
        await _drop();
    }

    /// <summary>Closed in the reverse order. Tests open from several threads at once.</summary>
    private void Keep(IAsyncDisposable open)
    {
        lock (_open)
        {
            _open.Insert(0, open);
        }
    }

    private static async Task Execute(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
