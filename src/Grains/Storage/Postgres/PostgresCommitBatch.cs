using Chat.Grains.Shared;
using Npgsql;

namespace Chat.Grains.Storage.Postgres;

/// <summary>The log's own connection, opened when there is something to write and opened again after it broke.</summary>
internal sealed class PostgresCommitBatch : ICommitBatch
{
    private const int TriesMax = 3;

    /// <summary>A commit that takes longer counts as failed; the fence decides what became of it.</summary>
    private const int CommandSecondsMax = 5;

    /// <summary>
    /// The plan is made once and for all: by the keys. Left to itself the planner would make one while the tables are
    /// empty, a scan, and keep it until the next ANALYZE; or plan each batch anew, which costs as much as its execution.
    /// </summary>
    private const string SessionSettings = """
        SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_mergejoin = off; SET jit = off;
        SET lock_timeout = '4s'
        """;

    private readonly NpgsqlDataSource _source;
    private NpgsqlConnection? _connection;
    private AppendStatement? _alone;
    private AppendStatement? _usual;
    private AppendStatement? _thorough;

    public PostgresCommitBatch(NpgsqlConnectionStringBuilder address)
    {
        var own = new NpgsqlConnectionStringBuilder(address.ConnectionString)
        {
            ApplicationName = $"{address.ApplicationName} log writer",
            Pooling = false,
            Multiplexing = false,
            Timeout = CommandSecondsMax,
            CommandTimeout = CommandSecondsMax,
        };
        _source = NpgsqlDataSource.Create(own);
    }

    /// <summary>
    /// The cheap statement first, where it can serve; what it leaves is decided by the thorough one. That is a transaction of
    /// its own: those the first one moved are stored whatever becomes of the others.
    /// </summary>
    public async Task<AppendStatus[]> Commit(IReadOnlyList<AppendRequest> requests)
    {
        if (requests.All(static request => request.ExpectedVersion > 0) && await Run(TryMove, requests) is { } moved)
        {
            return moved.Contains(AppendStatus.Fenced) ? await DecideFenced(requests, moved) : moved;
        }

        return await Run(TryDecide, requests) ?? throw new InvalidOperationException("The thorough statement decides always.");
    }

    public async ValueTask DisposeAsync()
    {
        await Drop();
        await _source.DisposeAsync();
    }

    /// <summary>Whether another transaction came between and the server undid this one.</summary>
    public static bool IsRetriable(PostgresException failure) =>
        failure.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>What was not moved may be a repeat of what is stored: the caller is told which.</summary>
    private async Task<AppendStatus[]> DecideFenced(IReadOnlyList<AppendRequest> requests, AppendStatus[] fates)
    {
        AppendRequest[] left = [.. requests.Where((_, i) => fates[i] == AppendStatus.Fenced)];
        AppendStatus[] decided;
        try
        {
            decided = (await Run(TryDecide, left))!;
        }
        catch (Exception failure) when (failure is NpgsqlException or BadContentException)
        {
            decided = new AppendStatus[left.Length];
            Array.Fill(decided, AppendStatus.Unknown);
        }

        var next = 0;
        return Array.ConvertAll(fates, fate => fate == AppendStatus.Fenced ? decided[next++] : fate);
    }

    private async Task<AppendStatus[]?> Run(Func<IReadOnlyList<AppendRequest>, Task<AppendStatus[]?>> statement, IReadOnlyList<AppendRequest> requests)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await statement(requests);
            }
            catch (PostgresException failure) when (IsRetriable(failure) && tries < TriesMax)
            {
                // Another process's transaction came between; the server undid ours.
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation && requests.Count == 1)
            {
                // A row past the fence, which only a writer that is not ours can have put there.
                return [AppendStatus.Fenced];
            }
            catch (PostgresException failure) when (failure.SqlState[..2] is "22" or "23" or "54")
            {
                throw new BadContentException(failure);
            }
            catch
            {
                await Drop();
                throw;
            }
        }
    }

    /// <summary>Null when some message is stored already, or another key was broken: nothing was done.</summary>
    private async Task<AppendStatus[]?> TryMove(IReadOnlyList<AppendRequest> requests)
    {
        await Connect();
        HashSet<string>? left = null;
        try
        {
            await using var reader = await (AppendStatement.IsAlone(requests) ? _alone! : _usual!).Execute(requests);
            while (await reader.ReadAsync())
            {
                (left ??= []).Add(reader.GetString(0));
            }

            // Rows arrive before the commit; only the end of the results tells that it took place.
            await reader.NextResultAsync();
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return null;
        }

        var fates = new AppendStatus[requests.Count];
        for (var i = 0; i < fates.Length; i++)
        {
            fates[i] = left?.Contains(requests[i].Row.Id.Value) == true ? AppendStatus.Fenced : AppendStatus.Stored;
        }

        return fates;
    }

    private async Task<AppendStatus[]?> TryDecide(IReadOnlyList<AppendRequest> requests)
    {
        await Connect();
        var fates = new Dictionary<ConversationId, AppendStatus>(requests.Count);
        await using (var reader = await _thorough!.Execute(requests))
        {
            while (await reader.ReadAsync())
            {
                var status = reader.GetBoolean(1) ? AppendStatus.Stored
                    : reader.GetBoolean(2) ? AppendStatus.Duplicate
                    : AppendStatus.Fenced;
                fates.Add(new ConversationId(reader.GetString(0)), status);
            }

            await reader.NextResultAsync();
        }

        return [.. requests.Select(request => fates[request.Row.Id])];
    }

    private async Task Connect()
    {
        if (_connection is not null)
        {
            return;
        }

        _connection = await _source.OpenConnectionAsync();
        await using (var settings = new NpgsqlCommand(SessionSettings, _connection))
        {
            await settings.ExecuteNonQueryAsync();
        }

        _alone = AppendStatement.Alone(_connection);
        await _alone.Prepare();
        _usual = AppendStatement.Usual(_connection);
        await _usual.Prepare();
        _thorough = AppendStatement.Thorough(_connection);
        await _thorough.Prepare();
    }

    private async Task Drop()
    {
        var connection = _connection;
        foreach (var statement in (AppendStatement?[])[_alone, _usual, _thorough])
        {
            if (statement is not null)
            {
                await statement.DisposeAsync();
            }
        }

        (_alone, _usual, _thorough, _connection) = (null, null, null, null);
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}
