using System.Data.Common;
using System.Globalization;
using Chat.Grains.Rehearsals;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Grains.Storage.Postgres;

/// <summary>PostgreSQL 15 or later: one connection of its own for the log's writer, a pool for reads.</summary>
internal sealed partial class PostgresEngine : DatabaseEngine
{
    /// <summary>Any number that no other user of the database takes for something else.</summary>
    private const long PrepareLock = 0x63686174_00000001;

    private const int ServerVersionMin = 150_000;

    /// <summary>
    /// A plan that serves every user estimates few conversations for each and would sort all of them; those who have thousands
    /// need the days in the order of the index, and each day sorted by itself. Only the full sort is turned off by this.
    /// </summary>
    private const string ReadSettings = "-c enable_sort=off -c jit=off";

    private const int DriverPoolSize = 100;

    /// <summary>
    /// Each process has two pools, ours and that of Orleans' providers, and PostgreSQL takes 100 connections in all unless
    /// told otherwise: the driver's own bound would let the first process have them all.
    /// </summary>
    private const int PoolSize = 16;

    private readonly NpgsqlConnectionStringBuilder _address;
    private readonly NpgsqlDataSource _reads;
    private readonly ILogger<PostgresEngine> _logger;
    private PostgresStateTable? _states;

    public PostgresEngine(string connectionString, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<PostgresEngine>();
        _address = new NpgsqlConnectionStringBuilder(connectionString);
        _address.ApplicationName ??= "chat";
        if (_address.MaxPoolSize == DriverPoolSize)
        {
            _address.MaxPoolSize = PoolSize;
        }

        var reads = new NpgsqlConnectionStringBuilder(_address.ConnectionString);
        if (reads.MaxAutoPrepare == 0)
        {
            reads.MaxAutoPrepare = 32;
        }

        reads.Options = $"{reads.Options} {ReadSettings}".TrimStart();
        _reads = NpgsqlDataSource.Create(reads);
    }

    /// <summary>The schema this build knows.</summary>
    internal IReadOnlyList<SchemaStep> Steps { get; init; } = PostgresSchema.Steps;

    public override string ConnectionString => _address.ConnectionString;

    public override string Invariant => "Npgsql";

    public override DbDataSource Reads => _reads;

    public override object IdValue(Guid id) => id;

    public override string IsAmongKeys => "c.id = ANY(@keys)";

    public override object KeysValue(string[] keys) => keys;

    public override bool IsUnavailable(DbException failure) => failure switch
    {
        // 08 connection, 53 resources, 57 the operator intervened, 58 the system below.
        PostgresException { SqlState: var state } => state[..2] is "08" or "53" or "57" or "58",
        _ => failure is NpgsqlException,
    };

    public override ICommitBatch CreateWriter() => new PostgresCommitBatch(_address);

    public override IRatingBatch CreateRatingWriter() => new PostgresRatingBatch(_reads);

    /// <summary>One process has grains of one service.</summary>
    public override IStateTable OpenStates(string service) => _states ??= new PostgresStateTable(_address, service);

    public override async ValueTask DisposeAsync()
    {
        await _reads.DisposeAsync();
        if (_states is not null)
        {
            await _states.DisposeAsync();
        }
    }

    public override async Task<string> Prepare(string? rehearsal, CancellationToken cancellation)
    {
        await using var connection = await _reads.OpenConnectionAsync(cancellation);
        await Check(connection, cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute(connection, $"SELECT pg_advisory_xact_lock({PrepareLock})", cancellation);
        await Execute(
            connection,
            "CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
            cancellation);
        // Not one of the steps: it says how they are to be read.
        await Execute(connection, "ALTER TABLE schema_version ADD COLUMN IF NOT EXISTS oldest integer", cancellation);
        var (current, needed) = await SchemaState(connection, cancellation);
        foreach (var (version, step) in Migrations.After(current, needed, Steps))
        {
            await Execute(connection, step.Sql, cancellation);
            await Execute(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_version (version, oldest) VALUES ({version}, {step.Oldest})"),
                cancellation);
        }

        await Mark(connection, rehearsal, cancellation);
        await WriteTexts(connection, cancellation);
        var epoch = await Scalar<string>(connection, "SELECT epoch FROM log_info", cancellation);
        await transaction.CommitAsync(cancellation);
        return epoch;
    }

    /// <summary>As this user's sessions in this database see the settings, whoever made them.</summary>
    private async Task Check(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var server = await Scalar<int>(connection, "SELECT current_setting('server_version_num')::int", cancellation);
        if (server < ServerVersionMin)
        {
            throw new UnsafeDatabaseException($"PostgreSQL {connection.ServerVersion} is too old: version 15 or later is needed.");
        }

        foreach (var setting in (string[])["fsync", "synchronous_commit"])
        {
            if (await Scalar<string>(connection, $"SHOW {setting}", cancellation) == "off")
            {
                throw new UnsafeDatabaseException(
                    $"PostgreSQL runs with {setting}=off (server, database, role or connection): acknowledged messages could be lost in a crash. Set {setting}=on.");
            }
        }

        if (await Scalar<string>(connection, "SHOW full_page_writes", cancellation) == "off")
        {
            LogTornPages();
        }
    }

    private async Task<(int Current, int Needed)> SchemaState(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Migrations.StateSql, connection);
        command.Parameters.AddWithValue("known", Steps.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt32(0), reader.GetInt32(1));
    }

    private static async Task Mark(NpgsqlConnection connection, string? rehearsal, CancellationToken cancellation)
    {
        await Execute(connection, RehearsalMark.CreateSql, cancellation);
        var found = await Scalar<string>(connection, RehearsalMark.FindSql, cancellation);
        var isInUse = await Scalar<long>(connection, RehearsalMark.InUseSql, cancellation) > 0;
        if (RehearsalMark.MustWrite(found, rehearsal, isInUse))
        {
            await using var command = new NpgsqlCommand(RehearsalMark.WriteSql, connection);
            command.Parameters.AddWithValue("mark", rehearsal!);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task WriteTexts(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO OrleansQuery (QueryKey, QueryText) SELECT * FROM unnest($1, $2)
            ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText WHERE OrleansQuery.QueryText <> excluded.QueryText
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. PostgresQueries.Texts.Keys] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. PostgresQueries.Texts.Values] });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<T> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL runs with full_page_writes=off: safe only on storage that never tears a page.")]
    private partial void LogTornPages();
}
