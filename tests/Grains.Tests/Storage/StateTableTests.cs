using System.Text;
using Chat.Grains.Storage;
using Chat.Grains.Storage.Postgres;
using Npgsql;

namespace Chat.Grains.Tests.Storage;

/// <summary>Grains' states in groups: the rows and the fence of the texts in <c>OrleansQuery</c>, many at once.</summary>
public sealed class StateTableTests
{
    private const string State = "state";

    [Theory, OnPostgres]
    public async Task State_is_written_and_read(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var table = Open(database);

        Assert.Equal(default, await table.Read(State, "u:ü"));
        Assert.Equal(1, await table.Write(State, "u:ü", Json("""{"name": "Ünïcode 💡", "n": 1}"""), null));
        Assert.Equal(2, await table.Write(State, "u:ü", Json("""{"n": 2}"""), 1));

        Assert.Equal(("""{"n": 2}""", 2), await Read(table, "u:ü"));
        Assert.Equal(default, await table.Read("other", "u:ü"));
        Assert.Equal(default, await Open(database, "another service").Read(State, "u:ü"));
    }

    [Theory, OnPostgres]
    public async Task Each_row_of_a_batch_keeps_its_own_fate(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var table = Open(database);
        for (var i = 0; i < 50; i++)
        {
            await table.Write(State, $"u:{i}", Json("""{"n": 0}"""), null);
        }

        // From the right version, from one that is gone, as if there were no row, and rows that are new.
        var fates = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            table.Write(State, $"u:{i}", Json($$"""{"n": {{i}}}"""), i >= 50 ? null : (i % 3) switch { 0 => 1, 1 => 7, _ => null })));

        for (var i = 0; i < 100; i++)
        {
            int? expected = i >= 50 ? 1 : i % 3 == 0 ? 2 : null;
            Assert.Equal((i, expected), (i, fates[i]));
            Assert.Equal(expected is null ? """{"n": 0}""" : $$"""{"n": {{i}}}""", (await Read(table, $"u:{i}")).Text);
        }
    }

    [Theory, OnPostgres]
    public async Task Of_many_writes_from_one_version_exactly_one_succeeds(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        IStateTable[] processes = [Open(database), Open(database), Open(database)];
        for (var round = 0; round < 10; round++)
        {
            int? from = round == 0 ? null : round;

            // Several of each process: they may meet in one batch.
            var versions = await Task.WhenAll(processes.SelectMany(table => Enumerable.Range(0, 4).Select(
                i => table.Write(State, "u:anna", Json($$"""{"n": {{i}}}"""), from))));

            Assert.Equal(round + 1, Assert.Single(versions, version => version is not null));
        }
    }

    [Theory, OnPostgres]
    public async Task Content_that_the_database_cannot_hold_fails_alone(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var table = Open(database);

        var writes = Enumerable.Range(0, 40).Select(i =>
            table.Write(State, $"u:{i}", Json(i == 17 ? """{"n": "\u0000"}""" : """{"n": 1}"""), null)).ToArray();

        for (var i = 0; i < writes.Length; i++)
        {
            if (i == 17)
            {
                await Assert.ThrowsAsync<PostgresException>(() => writes[i]);
            }
            else
            {
                Assert.Equal(1, await writes[i]);
            }
        }

        Assert.Equal(default, await table.Read(State, "u:17"));
    }

    [Theory, OnPostgres]
    public async Task What_is_written_here_the_texts_of_the_provider_read_and_the_other_way_round(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var table = Open(database);
        await table.Write(State, "u:anna", Json("""{"n": 1}"""), null);

        var row = Assert.Single(await database.Query(
            "SELECT service_id, state_name, key_n0, key_n1, key_text, version FROM grain_state",
            reader => (reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4), reader.GetInt32(5))));
        Assert.Equal(("tests", State, 0L, 0L, "u:anna", 1), row);

        await database.Query("UPDATE grain_state SET payload = NULL, version = version + 1 RETURNING 1", _ => 0);
        Assert.Equal(new StoredState(null, 2), await table.Read(State, "u:anna"));
        Assert.Null(await table.Write(State, "u:anna", Json("""{"n": 2}"""), 1));
        Assert.Equal(3, await table.Write(State, "u:anna", Json("""{"n": 2}"""), 2));
    }

    [Theory, OnPostgres]
    public async Task Plans_made_while_the_table_is_empty_find_rows_by_the_whole_key(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.Options.ConnectionString)
        {
            Options = PostgresStateTable.SessionSettings,
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();

        foreach (var (statement, types, values) in new[]
        {
            (PostgresStateTable.ReadSql, "text, text[], text[]", "'s', '{state}', '{key}'"),
            (PostgresStateTable.WriteSql, "text, text[], text[], jsonb[], int[]", "'s', '{state}', '{key}', '{}', '{1}'"),
        })
        {
            await Run($"PREPARE it({types}) AS {statement}");
            var plan = await Run($"EXPLAIN EXECUTE it({values})");
            await Run("DEALLOCATE it");

            var condition = Assert.Single(plan, static line => line.Contains("Index Cond:", StringComparison.Ordinal));
            Assert.All((string[])["service_id", "state_name", "key_n0", "key_n1", "key_text"], column => Assert.Contains(column, condition, StringComparison.Ordinal));
            Assert.DoesNotContain(plan, static line => line.Contains("Seq Scan", StringComparison.Ordinal));
        }

        async Task<List<string>> Run(string sql)
        {
            var lines = new List<string>();
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                lines.Add(reader.GetString(0));
            }

            return lines;
        }
    }

    private static IStateTable Open(TestDatabase database, string service = "tests") => database.Open().OpenStates(service)!;

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<(string? Text, int? Version)> Read(IStateTable table, string key)
    {
        var row = await table.Read(State, key);
        return (row.Payload is { } payload ? Encoding.UTF8.GetString(payload) : null, row.Version);
    }
}
