using Microsoft.Data.Sqlite;

namespace Chat.Grains.Storage.Sqlite;

/// <summary>
/// The one writing connection of the log, on a thread of its own: SQLite blocks while it syncs the disk, and neither a
/// grain's scheduler nor the thread pool should.
/// </summary>
internal sealed class SqliteCommitBatch(string connectionString) : ICommitBatch
{
    /// <summary>How long a transaction waits for another process that writes.</summary>
    public const int BusySecondsMax = 5;

    private readonly DedicatedThread _thread = new("chat log writer");
    private SqliteAppender? _appender;

    public Task<AppendStatus[]> Commit(IReadOnlyList<AppendRequest> requests) => _thread.Run(() => CommitHere(requests));

    public async ValueTask DisposeAsync()
    {
        await _thread.Run(() =>
        {
            Drop();
            return true;
        });
        _thread.Dispose();
    }

    private AppendStatus[] CommitHere(IReadOnlyList<AppendRequest> requests)
    {
        try
        {
            _appender ??= new SqliteAppender(Open(connectionString));
            return _appender.Commit(requests);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode
            is SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_MISMATCH)
        {
            throw new BadContentException(failure);
        }
        catch
        {
            // A full or failing disk: the connection's own state is not worth trusting, the next batch gets a new one.
            Drop();
            throw;
        }
    }

    /// <summary>A writing connection, outside of the pool: its settings are its own.</summary>
    public static SqliteConnection Open(string connectionString)
    {
        var address = new SqliteConnectionStringBuilder(connectionString) { Pooling = false, DefaultTimeout = BusySecondsMax };
        var connection = new SqliteConnection(address.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"""
                PRAGMA synchronous = FULL;
                PRAGMA busy_timeout = {BusySecondsMax * 1000};
                PRAGMA journal_size_limit = 67108864;
                """;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Drop()
    {
        var appender = _appender;
        _appender = null;
        appender?.Dispose();
    }
}
