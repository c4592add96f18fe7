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
    private NpgsqlCommand? _append;

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

    public async Task<AppendStatus[]> Commit(IReadOnlyList<AppendRequest> requests)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryCommit(requests);
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

    public async ValueTask DisposeAsync()
    {
        await Drop();
        await _source.DisposeAsync();
    }

    /// <summary>Whether another transaction came between and the server undid this one.</summary>
    public static bool IsRetriable(PostgresException failure) =>
        failure.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private async Task<AppendStatus[]> TryCommit(IReadOnlyList<AppendRequest> requests)
    {
        var append = _append ??= await Connect();
        AppendStatement.Fill(append, requests);
        var fates = new Dictionary<ConversationId, AppendStatus>(requests.Count);
        await using (var reader = await append.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var status = reader.GetBoolean(1) ? AppendStatus.Stored
                    : reader.GetBoolean(2) ? AppendStatus.Duplicate
                    : AppendStatus.Fenced;
                fates.Add(new ConversationId(reader.GetString(0)), status);
            }

            // The rows arrive before the commit; only the end of the results tells that it took place.
            await reader.NextResultAsync();
        }

        return [.. requests.Select(request => fates[request.Row.Id])];
    }

    private async Task<NpgsqlCommand> Connect()
    {
        _connection = await _source.OpenConnectionAsync();
        await using (var settings = new NpgsqlCommand(SessionSettings, _connection))
        {
            await settings.ExecuteNonQueryAsync();
        }

        var append = AppendStatement.Create(_connection);
        await append.PrepareAsync();
        return append;
    }

    private async Task Drop()
    {
        var (append, connection) = (_append, _connection);
        (_append, _connection) = (null, null);
        if (append is not null)
        {
            await append.DisposeAsync();
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}
