using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Bench.SignalR;

/// <summary>One message on its way to the table.</summary>
internal sealed record StoredMessage(string Sender, string Recipient, Guid Id, string Body);

/// <summary>Where messages go.</summary>
internal interface IMessageStore
{
    /// <summary>Ends when the message is durable.</summary>
    Task Add(StoredMessage message);
}

internal static class MessageStore
{
    public static async Task CreateTable(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            CREATE TABLE IF NOT EXISTS message (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                sender text NOT NULL,
                recipient text NOT NULL,
                client_id uuid NOT NULL,
                body text NOT NULL,
                sent_at timestamptz NOT NULL DEFAULT now());
            CREATE INDEX IF NOT EXISTS message_of_recipient ON message (recipient, id);
            """);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>One statement and one commit for each message.</summary>
internal sealed class InsertStore(NpgsqlDataSource database) : IMessageStore
{
    public async Task Add(StoredMessage message)
    {
        await using var command = database.CreateCommand("INSERT INTO message (sender, recipient, client_id, body) VALUES ($1, $2, $3, $4)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Sender });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Recipient });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message.Id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message.Body });
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>One writer: what arrives while a commit runs is the next statement.</summary>
internal sealed class GroupStore : IMessageStore, IDisposable
{
    private const int BatchMax = 1_024;
    private const string Sql = """
        INSERT INTO message (sender, recipient, client_id, body)
        SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[])
        """;

    private readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly NpgsqlDataSource _database;

    public GroupStore(NpgsqlDataSource database)
    {
        _database = database;
        _ = Write();
    }

    public Task Add(StoredMessage message)
    {
        var entry = new Entry(message, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _queue.Writer.TryWrite(entry);
        return entry.Stored.Task;
    }

    public void Dispose() => _queue.Writer.TryComplete();

    private async Task Write()
    {
        await using var connection = await _database.OpenConnectionAsync();
        var batch = new List<Entry>(BatchMax);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < BatchMax && _queue.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            try
            {
                await Insert(connection, batch);
                batch.ForEach(entry => entry.Stored.SetResult());
            }
            catch (NpgsqlException error)
            {
                batch.ForEach(entry => entry.Stored.SetException(error));
            }
        }
    }

    private static async Task Insert(NpgsqlConnection connection, List<Entry> batch)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        Array(command, batch.ConvertAll(entry => entry.Message.Sender), NpgsqlDbType.Text);
        Array(command, batch.ConvertAll(entry => entry.Message.Recipient), NpgsqlDbType.Text);
        Array(command, batch.ConvertAll(entry => entry.Message.Id), NpgsqlDbType.Uuid);
        Array(command, batch.ConvertAll(entry => entry.Message.Body), NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync();
    }

    private static void Array<T>(NpgsqlCommand command, List<T> values, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });

    private sealed record Entry(StoredMessage Message, TaskCompletionSource Stored);
}
