using Chat.Grains.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chat.Bench.Micro;

/// <summary>An empty database, dropped at the end.</summary>
internal sealed class BenchDatabase(ChatDatabase chat, Func<Task> drop) : IAsyncDisposable
{
    /// <summary>The PostgreSQL that may be used; null when there is none.</summary>
    public static string? Postgres { get; } = Environment.GetEnvironmentVariable("CHAT_TEST_POSTGRES") is { Length: > 0 } given ? given : null;

    public ChatDatabase Chat => chat;

    public static async Task<BenchDatabase> Create(ChatDatabaseProvider provider)
    {
        var name = "bench_" + Guid.NewGuid().ToString("n");
        if (provider == ChatDatabaseProvider.Sqlite)
        {
            var directory = Directory.CreateTempSubdirectory(name);
            return await Prepare(provider, $"Data Source={directory.FullName}/chat.db", () =>
            {
                SqliteConnection.ClearAllPools();
                directory.Delete(recursive: true);
                return Task.CompletedTask;
            });
        }

        await Execute($"CREATE DATABASE {name}");
        var address = new NpgsqlConnectionStringBuilder(Postgres) { Database = name };
        return await Prepare(provider, address.ConnectionString, () => Execute($"DROP DATABASE {name} WITH (FORCE)"));
    }

    public async ValueTask DisposeAsync()
    {
        await chat.DisposeAsync();
        await drop();
    }

    private static async Task<BenchDatabase> Prepare(ChatDatabaseProvider provider, string connectionString, Func<Task> drop)
    {
        var options = new ChatDatabaseOptions { Provider = provider, ConnectionString = connectionString };
        var database = new ChatDatabase(Options.Create(options), NullLoggerFactory.Instance);
        await database.Prepare(CancellationToken.None);
        return new BenchDatabase(database, drop);
    }

    private static async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
