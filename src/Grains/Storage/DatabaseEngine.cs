using System.Data.Common;
using Chat.Grains.Conversations;

namespace Chat.Grains.Storage;

/// <summary>All that differs between the databases. The reads' SQL is common to both and lives with its callers.</summary>
internal abstract class DatabaseEngine : IAsyncDisposable
{
    public abstract string ConnectionString { get; }

    public abstract string Invariant { get; }

    /// <summary>Pooled connections for reads.</summary>
    public abstract DbDataSource Reads { get; }

    /// <summary>
    /// Checks durability, migrates, writes the query texts; returns the log's epoch. <paramref name="rehearsal"/> is the mark of
    /// the rehearsal that this process is part of, or null.
    /// </summary>
    public abstract Task<string> Prepare(string? rehearsal, CancellationToken cancellation);

    /// <summary>A client message id as this database stores it.</summary>
    public abstract object IdValue(Guid id);

    /// <summary>The condition that <c>c.id</c> is among <c>@keys</c>, a <see cref="KeysValue"/>.</summary>
    public abstract string IsAmongKeys { get; }

    /// <summary>Many keys as one parameter.</summary>
    public abstract object KeysValue(string[] keys);

    /// <summary>Whether a failed read says something about the database's reachability and nothing about the query.</summary>
    public abstract bool IsUnavailable(DbException failure);

    public abstract ICommitBatch CreateWriter();

    public abstract IRatingBatch CreateRatingWriter();

    /// <summary>The states of a service's grains in groups; null where the host's own provider is to be used.</summary>
    public abstract IStateTable? OpenStates(string service);

    public abstract ValueTask DisposeAsync();

    /// <summary>Runs one query and maps its rows.</summary>
    public async Task<List<T>> Query<T>(string sql, Func<DbDataReader, T> map, params (string Name, object Value)[] parameters)
    {
        try
        {
            await using var connection = await Reads.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                parameter.Value = value;
                command.Parameters.Add(parameter);
            }

            var rows = new List<T>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rows.Add(map(reader));
            }

            return rows;
        }
        catch (DbException failure) when (IsUnavailable(failure))
        {
            throw new StorageUnavailableException("The database did not answer.", failure);
        }
        catch (TimeoutException failure)
        {
            throw new StorageUnavailableException("The database did not answer in time.", failure);
        }
    }

    /// <summary>The stored messages that have the ids of a refused request, for <see cref="AppendStatus.Duplicate"/>.</summary>
    public async Task<IReadOnlyList<Message>> FindExisting(AppendRequest request)
    {
        var existing = new List<Message>();
        foreach (var message in request.Messages)
        {
            existing.AddRange(await Query(
                MessageRows.FindSql,
                MessageRows.Read,
                ("conversation", request.Row.Id.Value),
                ("sender", message.Sender.Value),
                ("client_id", IdValue(message.Id))));
        }

        return existing;
    }
}
