using Chat.Grains.Rehearsals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chat.Grains.Storage;

/// <summary>The database as a whole: where it is, and its preparation at start.</summary>
public sealed class ChatDatabase : IAsyncDisposable
{
    private readonly RehearsalOptions? _rehearsal;
    private string? _epoch;

    /// <summary>Reads the options; connects to nothing. A connection string that cannot be durable throws <see cref="UnsafeDatabaseException"/>.</summary>
    public ChatDatabase(IOptions<ChatDatabaseOptions> options, ILoggerFactory loggers, IOptions<RehearsalOptions>? rehearsal = null)
    {
        _rehearsal = rehearsal?.Value;
        Engine = options.Value.Provider switch
        {
            ChatDatabaseProvider.Sqlite => new Sqlite.SqliteEngine(options.Value.ConnectionString),
            ChatDatabaseProvider.Postgres => new Postgres.PostgresEngine(options.Value.ConnectionString, loggers),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Value.Provider, "Not a database provider."),
        };
    }

    /// <summary>Over an engine made elsewhere, such as one that knows other steps of the schema.</summary>
    internal ChatDatabase(DatabaseEngine engine) => Engine = engine;

    /// <summary>The connection string in force; what Orleans' ADO.NET providers are to use.</summary>
    public string ConnectionString => Engine.ConnectionString;

    /// <summary>Orleans' name of the driver: <c>Npgsql</c> or <c>System.Data.SQLite</c>.</summary>
    public string Invariant => Engine.Invariant;

    /// <summary>
    /// Names the log: made once when the database is created. Whoever restores an older copy gives it a new one
    /// (<c>UPDATE log_info SET epoch = ...</c>), so that clients drop positions of the lost future. Only after <see cref="Prepare"/>.
    /// </summary>
    public string Epoch => _epoch ?? throw new InvalidOperationException("ChatDatabase.Prepare has not run.");

    internal DatabaseEngine Engine { get; }

    /// <summary>
    /// The states of a service's grains, read and written in groups, closed with the database; null where the host's own provider
    /// is to be used. One service in a process.
    /// </summary>
    public IStateTable? OpenStates(string service) => Engine.OpenStates(service);

    /// <summary>
    /// Refuses a database that would lie about durability, or is of a rehearsal that this process is not part of, or the other
    /// way round, or has steps of a later program that this one cannot live with (<see cref="UnsafeDatabaseException"/>), then creates or migrates the
    /// schema and writes the Orleans query texts of this build. Hosts call it before anything else starts: Orleans reads the
    /// texts when the silo starts. Safe in several processes at once, and to repeat.
    /// </summary>
    public async Task Prepare(CancellationToken cancellation) => _epoch = await Engine.Prepare(_rehearsal?.Mark, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}

/// <summary>The database is set up such that using it would lose or spoil what is stored; the message says what to change.</summary>
public sealed class UnsafeDatabaseException(string message) : Exception(message);
