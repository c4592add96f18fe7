using System.Text;
using Chat.Grains.Shared;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Grains.Storage.Postgres;

/// <summary>
/// <see cref="IStateTable"/> on PostgreSQL: the same rows, versions and fence as the texts in <c>OrleansQuery</c>, many at once. A row
/// written by itself costs a plan of a table with many indexes, a round trip and a commit; in a batch it costs a fraction of each.
/// </summary>
internal sealed class PostgresStateTable : IStateTable, IAsyncDisposable
{
    /// <summary>Queries that read at once.</summary>
    private const int ReadsMax = 2;

    /// <summary>Transactions at once: what comes during a commit is the next batch, a second writer would only make both smaller.</summary>
    private const int WritesMax = 1;

    private const int CommandSecondsMax = 5;

    /// <summary>As the log's: plans are made once, by the keys, and not for the table as empty as it was when they were made.</summary>
    internal const string SessionSettings =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_mergejoin=off -c enable_hashjoin=off -c jit=off -c lock_timeout=4s";

    /// <summary>
    /// The whole key comes from what is asked for, its constant parts too: the planner must see no other way to a row than by the
    /// whole key. With a part of it as a constant it walks all rows of the service, as long as it believes that there are few.
    /// </summary>
    private const string Key =
        "s.service_id = g.service AND s.state_name = g.state AND s.key_n0 = g.number AND s.key_n1 = g.number AND s.key_text = g.key";

    internal const string ReadSql = $"""
        WITH given AS MATERIALIZED (SELECT $1::text AS service, 0::bigint AS number, r.* FROM unnest($2, $3) AS r (state, key))
        SELECT s.state_name, s.key_text, convert_to(s.payload::text, 'UTF8'), s.version FROM given g JOIN grain_state s ON {Key}
        """;

    /// <summary>Rows in the order of the parameters, which is that of their keys, so that two processes do not wait for each other.</summary>
    internal const string WriteSql = $"""
        WITH given AS MATERIALIZED (
            SELECT $1::text AS service, 0::bigint AS number, r.* FROM unnest($2, $3, $4, $5) AS r (state, key, payload, version)),
        moved AS (
            UPDATE grain_state s SET payload = g.payload, version = s.version + 1, changed_at = now()
            FROM given g
            WHERE {Key} AND s.version = g.version
            RETURNING s.state_name, s.key_text, s.version),
        created AS (
            INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
            SELECT service, state, number, number, key, payload, 1 FROM given WHERE version IS NULL
            ON CONFLICT DO NOTHING
            RETURNING state_name, key_text, version)
        SELECT * FROM moved UNION ALL SELECT * FROM created
        """;

    private const int TriesMax = 3;

    private readonly NpgsqlDataSource _source;
    private readonly string _service;
    private readonly GatheredCalls<(string State, string Key), StoredState> _reads;
    private readonly GatheredCalls<Change, Fate> _writes;

    public PostgresStateTable(NpgsqlConnectionStringBuilder address, string service)
    {
        var own = new NpgsqlConnectionStringBuilder(address.ConnectionString)
        {
            ApplicationName = $"{address.ApplicationName} state",
            Options = $"{address.Options} {SessionSettings}".TrimStart(),
            MaxPoolSize = ReadsMax + WritesMax,
            MinPoolSize = 0,
            // Nobody changes a session of these; and a statement is prepared by us, before it meets content that fails it: the driver
            // loses count of the answers when a statement fails while it prepares it by itself.
            NoResetOnClose = true,
            MaxAutoPrepare = 0,
            Timeout = CommandSecondsMax,
            CommandTimeout = CommandSecondsMax,
        };
        _source = NpgsqlDataSource.Create(own);
        _service = service;
        _reads = new(ReadsMax, Limits.StateBatchMax, Limits.StateQueueMax, ReadAll);
        _writes = new(WritesMax, Limits.StateBatchMax, Limits.StateQueueMax, WriteAll);
    }

    public Task<StoredState> Read(string state, string key) => _reads.Ask((state, key));

    public async Task<int?> Write(string state, string key, byte[] payload, int? version)
    {
        var fate = await _writes.Ask(new Change(state, key, Encoding.UTF8.GetString(payload), version));
        return fate.Refused is null ? fate.Version : throw fate.Refused;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<StoredState[]> ReadAll(IReadOnlyList<(string State, string Key)> asked)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(ReadSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _service });
        Add(command, NpgsqlDbType.Text, asked, static one => one.State);
        Add(command, NpgsqlDbType.Text, asked, static one => one.Key);
        await command.PrepareAsync();
        var found = new Dictionary<(string, string), StoredState>(asked.Count);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found[(reader.GetString(0), reader.GetString(1))] =
                new StoredState(reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2), reader.GetInt32(3));
        }

        return [.. asked.Select(one => found.GetValueOrDefault(one))];
    }

    /// <summary>One statement writes a row once: a second change of a row, which only an activation that is ending can ask for, goes after it.</summary>
    private async Task<Fate[]> WriteAll(IReadOnlyList<Change> asked)
    {
        var fates = new Fate[asked.Count];
        var left = Enumerable.Range(0, asked.Count).ToList();
        while (left.Count > 0)
        {
            var rows = new HashSet<(string, string)>();
            var now = left.FindAll(i => rows.Add((asked[i].State, asked[i].Key)));
            left = left.Except(now).ToList();
            now.Sort((a, b) => Compare(asked[a], asked[b]));
            var written = await WriteUnlessBad(now.ConvertAll(i => asked[i]));
            for (var i = 0; i < now.Count; i++)
            {
                fates[now[i]] = written[i];
            }
        }

        return fates;
    }

    /// <summary>One bad row fails alone: a batch refused for its content is cut in half until only that row is left.</summary>
    private async Task<Fate[]> WriteUnlessBad(List<Change> changes)
    {
        try
        {
            return await WriteBatch(changes);
        }
        catch (PostgresException failure) when (failure.SqlState[..2] is "22" or "23" or "54")
        {
            if (changes.Count == 1)
            {
                return [new Fate(null, failure)];
            }

            var half = changes.Count / 2;
            return [.. await WriteUnlessBad(changes.GetRange(0, half)), .. await WriteUnlessBad(changes.GetRange(half, changes.Count - half))];
        }
    }

    private async Task<Fate[]> WriteBatch(List<Change> changes)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryWrite(changes);
            }
            catch (PostgresException failure) when (PostgresCommitBatch.IsRetriable(failure) && tries < TriesMax)
            {
                // Another process's transaction came between; the server undid ours.
            }
        }
    }

    private async Task<Fate[]> TryWrite(List<Change> changes)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(WriteSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _service });
        Add(command, NpgsqlDbType.Text, changes, static change => change.State);
        Add(command, NpgsqlDbType.Text, changes, static change => change.Key);
        Add(command, NpgsqlDbType.Jsonb, changes, static change => change.Payload);
        Add(command, NpgsqlDbType.Integer, changes, static change => change.Version);
        await command.PrepareAsync();
        var versions = new Dictionary<(string, string), int>(changes.Count);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            versions.Add((reader.GetString(0), reader.GetString(1)), reader.GetInt32(2));
        }

        // Rows arrive before the commit; only the end of the results tells that it took place.
        await reader.NextResultAsync();
        return [.. changes.Select(change => new Fate(versions.TryGetValue((change.State, change.Key), out var version) ? version : null, null))];
    }

    private static int Compare(Change a, Change b) =>
        string.CompareOrdinal(a.State, b.State) is not 0 and var byState ? byState : string.CompareOrdinal(a.Key, b.Key);

    private static void Add<TItem, T>(NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, T> value) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. items.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type });

    private readonly record struct Change(string State, string Key, string Payload, int? Version);

    /// <summary>What became of a change: its new version, none when it was fenced off, or why the database cannot hold it.</summary>
    private readonly record struct Fate(int? Version, PostgresException? Refused);
}
