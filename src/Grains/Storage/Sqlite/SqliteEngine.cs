using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Chat.Grains.Rehearsals;
using Microsoft.Data.Sqlite;

namespace Chat.Grains.Storage.Sqlite;

/// <summary>One SQLite file in WAL mode: one writer thread for the log, pooled connections for reads.</summary>
internal sealed class SqliteEngine : DatabaseEngine
{
    private const int Full = 2;

    private static readonly TimeSpan PrepareTimeMax = TimeSpan.FromSeconds(30);

    private readonly SqliteConnectionStringBuilder _address;

    public SqliteEngine(string connectionString)
    {
        _address = Address(connectionString);
        Reads = SqliteFactory.Instance.CreateDataSource(_address.ConnectionString);
    }

    /// <summary>The schema this build knows.</summary>
    internal IReadOnlyList<SchemaStep> Steps { get; init; } = SqliteSchema.Steps;

    public override string ConnectionString => _address.ConnectionString;

    public override string Invariant => "System.Data.SQLite";

    public override DbDataSource Reads { get; }

    public override object IdValue(Guid id) => id.ToByteArray();

    public override string IsAmongKeys => "c.id IN (SELECT value FROM json_each(@keys))";

    public override object KeysValue(string[] keys) => JsonSerializer.Serialize(keys);

    public override bool IsUnavailable(DbException failure) =>
        failure is SqliteException { SqliteErrorCode: var code } && code != SQLitePCL.raw.SQLITE_ERROR;

    public override ICommitBatch CreateWriter() => new SqliteCommitBatch(_address.ConnectionString);

    public override IRatingBatch CreateRatingWriter() => new SqliteRatingBatch(_address.ConnectionString);

    /// <summary>None: a read is a call into a library, with no round trip to share.</summary>
    public override IStateTable? OpenStates(string service) => null;

    public override async Task<string> Prepare(string? rehearsal, CancellationToken cancellation)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(_address.DataSource)) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(PrepareTimeMax);
        while (true)
        {
            try
            {
                return PrepareOnce(rehearsal);
            }
            catch (SqliteException failure) when (IsBusy(failure) && !patience.IsCancellationRequested)
            {
                // Another process prepares. The change to WAL does not wait for a busy database, so we do.
                await Task.Delay(50, cancellation);
            }
        }
    }

    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_address.ConnectionString);
        SqliteConnection.ClearPool(connection);
        return Reads.DisposeAsync();
    }

    /// <summary>What a connection string says; throws <see cref="UnsafeDatabaseException"/> for what is not accepted.</summary>
    internal static SqliteConnectionStringBuilder Address(string connectionString)
    {
        SqliteConnectionStringBuilder address;
        try
        {
            address = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException failure)
        {
            throw new UnsafeDatabaseException(
                $"The SQLite connection string has a setting that is not accepted ({failure.Message}) The log always runs with "
                + "journal_mode=WAL and synchronous=FULL; neither can be set.");
        }

        if (address.Mode != SqliteOpenMode.ReadWriteCreate || address.DataSource.Length == 0
            || address.DataSource.Contains(":memory:", StringComparison.Ordinal)
            || address.DataSource.Contains("mode=", StringComparison.Ordinal))
        {
            throw new UnsafeDatabaseException(
                $"The SQLite database '{address.DataSource}' (Mode={address.Mode}) is not a file that is written to: what it holds would not survive.");
        }

        return address;
    }

    private static bool IsBusy(SqliteException failure) =>
        failure.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED;

    private string PrepareOnce(string? rehearsal)
    {
        using var connection = new SqliteConnection(_address.ConnectionString);
        connection.Open();
        var journal = Scalar<string>(connection, "PRAGMA journal_mode = WAL");
        if (journal != "wal")
        {
            throw new UnsafeDatabaseException(
                $"SQLite refuses journal_mode=WAL for '{_address.DataSource}' (it stays at '{journal}'), for instance on a network file system.");
        }

        // Grain state is written on connections that Orleans opens with the library's default: that must be durable too.
        var synchronous = Scalar<long>(connection, "PRAGMA synchronous");
        if (synchronous < Full)
        {
            throw new UnsafeDatabaseException(
                $"SQLite opens connections with synchronous={synchronous}; it must be 2 (FULL) or higher, else a power cut loses acknowledged writes.");
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)");
        if (Scalar<long>(connection, "SELECT count(*) FROM pragma_table_info('schema_version') WHERE name = 'oldest'") == 0)
        {
            // Not one of the steps: it says how they are to be read.
            Execute(connection, "ALTER TABLE schema_version ADD COLUMN oldest INTEGER");
        }

        var (current, needed) = SchemaState(connection);
        foreach (var (version, step) in Migrations.After(current, needed, Steps))
        {
            Execute(connection, step.Sql);
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_version (version, oldest) VALUES ({version}, {step.Oldest})"));
        }

        Execute(connection, RehearsalMark.CreateSql);
        if (RehearsalMark.MustWrite(
            Scalar<string>(connection, RehearsalMark.FindSql), rehearsal, Scalar<long>(connection, RehearsalMark.InUseSql) > 0))
        {
            Execute(connection, RehearsalMark.WriteSql, ("@mark", rehearsal!));
        }

        foreach (var (key, text) in SqliteQueries.Texts)
        {
            Execute(
                connection,
                """
                INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES (@key, @text)
                ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText WHERE QueryText <> excluded.QueryText
                """,
                ("@key", key),
                ("@text", text));
        }

        var epoch = Scalar<string>(connection, "SELECT epoch FROM log_info");
        transaction.Commit();
        return epoch;
    }

    private (int Current, int Needed) SchemaState(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Migrations.StateSql;
        command.Parameters.AddWithValue("@known", Steps.Count);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt32(0), reader.GetInt32(1));
    }

    private static T Scalar<T>(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql, params (string Name, string Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
