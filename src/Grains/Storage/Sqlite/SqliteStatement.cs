using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chat.Grains.Storage.Sqlite;

/// <summary>
/// A prepared statement that is bound by position, without the driver's command around it: that looks up each parameter by its
/// name at each run, which costs more than the insert. For use inside a transaction only: who finds the file busy is not
/// made to wait. Failures are <see cref="SqliteException"/>, as the driver's are.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    /// <summary>Prepares <paramref name="sql"/>; its parameters are in the order of their first mention, or numbered.</summary>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement With(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement With(long? value) => value is { } given ? With(given) : WithNull();

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement With(string? value)
    {
        if (value is null)
        {
            return WithNull();
        }

        Check(raw.sqlite3_bind_text(_statement, ++_bound, value));
        return this;
    }

    /// <summary>Binds the next parameter, as the bytes that <see cref="Guid.ToByteArray()"/> gives.</summary>
    public SqliteStatement With(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        Check(raw.sqlite3_bind_blob(_statement, ++_bound, bytes));
        return this;
    }

    /// <summary>Runs it up to its first row, and tells whether there was one. All parameters must have been bound since the last run.</summary>
    public bool Finds()
    {
        try
        {
            var result = raw.sqlite3_step(_statement);
            Check(result);
            return result == raw.SQLITE_ROW;
        }
        finally
        {
            _bound = 0;
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>Runs it, and tells how many rows it changed.</summary>
    public int Changes() => Finds() ? 0 : raw.sqlite3_changes(_database);

    public void Dispose() => _statement.Dispose();

    private SqliteStatement WithNull()
    {
        Check(raw.sqlite3_bind_null(_statement, ++_bound));
        return this;
    }

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            // What was bound half must not shift what is bound next.
            _bound = 0;
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }
}
