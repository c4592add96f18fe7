using System.Data;
using System.Data.Common;
using System.Text;

namespace Chat.Grains.Tests.Storage;

/// <summary>
/// The texts in OrleansQuery, executed as Orleans' providers execute them: read from the table, parameters by name and
/// <see cref="DbType"/>, one connection for each call.
/// </summary>
public sealed class OrleansQueryTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task State_is_written_read_cleared_and_written_again(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var grain = new StateRow(database, "key ü");

        Assert.Empty(await grain.Read());
        Assert.Equal(1, await grain.Write(null, """{"name":"Ünïcode 💡","n":1}"""));
        Assert.Equal(2, await grain.Write(1, """{"n":2}"""));
        Assert.Equal(("""{"n":2}""", 2), Assert.Single(await grain.Read()));
        Assert.Equal(3, await grain.Change("ClearStorageKey", 2));
        Assert.Equal((null, 3), Assert.Single(await grain.Read()));
        Assert.Equal(4, await grain.Write(3, """{"n":4}"""));
        Assert.Equal(5, await grain.Change("DeleteStorageKey", 4));
        Assert.Empty(await grain.Read());
        Assert.Equal(1, await grain.Write(null, """{"n":1}"""));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Stale_version_changes_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var grain = new StateRow(database, "anna");
        await grain.Write(null, """{"n":1}""");
        await grain.Write(1, """{"n":2}""");

        Assert.Null(await grain.Write(1, """{"n":3}"""));
        Assert.Null(await grain.Write(3, """{"n":3}"""));
        Assert.Null(await grain.Write(null, """{"n":3}"""));
        Assert.Null(await grain.Change("ClearStorageKey", 1));
        Assert.Null(await grain.Change("ClearStorageKey", null));
        Assert.Null(await grain.Change("DeleteStorageKey", 1));
        Assert.Null(await new StateRow(database, "ben").Write(1, """{"n":3}"""));

        Assert.Equal(("""{"n":2}""", 2), Assert.Single(await grain.Read()));
        Assert.Empty(await new StateRow(database, "ben").Read());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Of_many_first_writes_exactly_one_succeeds(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        for (var round = 0; round < 10; round++)
        {
            var grain = new StateRow(database, "key" + round);

            var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => grain.Write(null, $$"""{"n":{{i}}}""")));

            Assert.Equal(1, Assert.Single(versions, version => version is not null));
            Assert.Single(await grain.Read());
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Missing_key_text_is_a_key_like_any_other(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var number = new StateRow(database, null);
        var other = new StateRow(database, "ext");

        Assert.Equal(1, await number.Write(null, """{"n":1}"""));
        Assert.Null(await number.Write(null, """{"n":2}"""));
        Assert.Equal(1, await other.Write(null, """{"n":3}"""));

        Assert.Equal(("""{"n":1}""", 1), Assert.Single(await number.Read()));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Views_and_indexes_reach_into_the_payload(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await new StateRow(database, "a").Write(null, """{"city":"Łódź"}""");
        await new StateRow(database, "b").Write(null, """{"city":"Lyon"}""");
        await database.Query("CREATE INDEX by_city ON grain_state ((payload ->> 'city')) WHERE state_name = 'state'", _ => 0);

        var keys = await database.Query("SELECT key_text FROM grain_state WHERE payload ->> 'city' = 'Łódź'", row => row.GetString(0));

        Assert.Equal(["a"], keys);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Reminders_are_kept_by_version_and_found_by_range(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var start = new DateTime(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc);

        async Task<int> Upsert(string name, int hash, object period) => (await Call(database, "UpsertReminderRowKey", row => Number(row, "Version"),
            ("ServiceId", "chat"), ("GrainHash", hash), ("GrainId", "sweeper/1"), ("ReminderName", name), ("StartTime", start), ("Period", period))).Single();
        async Task<string[]> Names(string key, int begin, int end) => [.. (await Call(database, key, row => row.GetString(row.GetOrdinal("ReminderName")),
            ("ServiceId", "chat"), ("BeginHash", begin), ("EndHash", end))).Order()];
        async Task<bool> Delete(string name, int version) => (await Call(database, "DeleteReminderRowKey", row => Convert.ToBoolean(row.GetValue(0), null),
            ("ServiceId", "chat"), ("GrainId", "sweeper/1"), ("ReminderName", name), ("Version", version))).Single();

        Assert.Equal(0, await Upsert("low", -5, 60_000));
        Assert.Equal(1, await Upsert("low", -5, 3_000_000_000L));
        Assert.Equal(0, await Upsert("high", 7, 60_000));
        Assert.Equal(["low"], await Names("ReadRangeRows1Key", -6, -5));
        Assert.Equal(["high", "low"], await Names("ReadRangeRows2Key", 0, 0));
        Assert.Empty(await Names("ReadRangeRows1Key", -5, 6));
        var read = await Call(
            database,
            "ReadReminderRowKey",
            row => (row.GetDateTime(row.GetOrdinal("StartTime")), row.GetInt64(row.GetOrdinal("Period")), row.GetString(row.GetOrdinal("GrainId"))),
            ("ServiceId", "chat"), ("GrainId", "sweeper/1"), ("ReminderName", "low"));
        Assert.Equal((start, 3_000_000_000L, "sweeper/1"), Assert.Single(read));
        Assert.False(await Delete("low", 0));
        Assert.True(await Delete("low", 1));
        Assert.False(await Delete("low", 1));
        Assert.Equal(["high"], await Names("ReadRangeRows2Key", 0, 0));
    }

    [Theory, OnPostgres]
    public async Task Membership_changes_are_fenced_by_the_table_version(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var now = new DateTime(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc);

        async Task<bool> Ask(string key, params (string, object?)[] parameters) =>
            (await Call(database, key, row => Convert.ToBoolean(row.GetValue(0), null), parameters)).Single();
        (string, object?)[] Silo(int port) => [("DeploymentId", "dev"), ("Address", "127.0.0.1"), ("Port", port), ("Generation", 42)];
        Task<bool> Insert(int port, int version) => Ask("InsertMembershipKey", [.. Silo(port), ("IAmAliveTime", now), ("SiloName", "silo"),
            ("HostName", "host"), ("StartTime", now), ("Status", 3), ("ProxyPort", 30_000 + port), ("Version", version)]);
        Task<bool> Update(int port, int version, string? suspects) => Ask("UpdateMembershipKey",
            [.. Silo(port), ("IAmAliveTime", now), ("Status", 6), ("SuspectTimes", suspects), ("Version", version)]);
        Task<List<(bool Member, int Version)>> ReadAll() => Call(
            database, "MembershipReadAllKey", row => (!row.IsDBNull(row.GetOrdinal("StartTime")), Number(row, "Version")), ("DeploymentId", "dev"));

        Assert.True(await Ask("InsertMembershipVersionKey", ("DeploymentId", "dev")));
        Assert.False(await Ask("InsertMembershipVersionKey", ("DeploymentId", "dev")));
        Assert.Equal([(false, 0)], await ReadAll());
        var race = await Task.WhenAll(Enumerable.Range(1, 8).Select(port => Insert(port, 0)));
        Assert.Single(race, won => won);
        Assert.Equal([(true, 1)], await ReadAll());
        var first = Array.IndexOf(race, true) + 1;
        Assert.False(await Insert(first, 1));
        Assert.True(await Insert(99, 1));
        Assert.False(await Update(99, 1, null));
        Assert.False(await Update(77, 2, null));
        Assert.Equal([(true, 2), (true, 2)], await ReadAll());
        Assert.True(await Update(99, 2, "127.0.0.1:1@42,2026-11-22 10:00:00.000 GMT"));
        var gateways = await Call(
            database, "GatewaysQueryKey", row => Number(row, "ProxyPort"), ("DeploymentId", "dev"), ("Status", 3));
        Assert.Equal([30_000 + first], gateways);
        await Call(database, "UpdateIAmAlivetimeKey", _ => 0, [.. Silo(first), ("IAmAliveTime", now.AddHours(1))]);
        await Call(database, "CleanupDefunctSiloEntriesKey", _ => 0, ("DeploymentId", "dev"), ("IAmAliveTime", now.AddMinutes(1)));
        Assert.Equal([(true, 3)], await ReadAll());
        await Call(database, "DeleteMembershipTableEntriesKey", _ => 0, ("DeploymentId", "dev"));
        Assert.Empty(await ReadAll());
    }

    private static int Number(DbDataReader row, string column) =>
        Convert.ToInt32(row.GetValue(row.GetOrdinal(column)), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<List<T>> Call<T>(
        TestDatabase database, string key, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        var text = (await database.Query($"SELECT QueryText FROM OrleansQuery WHERE QueryKey = '{key}'", row => row.GetString(0))).Single();
        await using var connection = await database.Open().Engine.Reads.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            parameter.DbType = value switch
            {
                int => DbType.Int32,
                long => DbType.Int64,
                byte[] => DbType.Binary,
                DateTime => DbType.DateTime,
                null when name == "GrainStateVersion" => DbType.Int32,
                _ => DbType.String,
            };
            command.Parameters.Add(parameter);
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                rows.Add(map(reader));
            }
        }
        while (await reader.NextResultAsync());
        return rows;
    }

    private sealed class StateRow(TestDatabase database, string? key)
    {
        public async Task<List<(string? Payload, int Version)>> Read() => await Call(
            database,
            "ReadFromStorageKey",
            row => (row.IsDBNull(row.GetOrdinal("PayloadBinary"))
                ? null
                : Encoding.UTF8.GetString((byte[])row.GetValue(row.GetOrdinal("PayloadBinary"))).Replace(" ", "", StringComparison.Ordinal),
                Number(row, "Version")),
            Key);

        public async Task<int?> Write(int? version, string payload) => (await Call(
            database,
            "WriteToStorageKey",
            row => (int?)Number(row, "NewGrainStateVersion"),
            [.. Key, ("GrainStateVersion", version), ("PayloadBinary", Encoding.UTF8.GetBytes(payload))])).SingleOrDefault();

        public async Task<int?> Change(string queryKey, int? version) => (await Call(
            database, queryKey, row => (int?)Number(row, "NewGrainStateVersion"), [.. Key, ("GrainStateVersion", version)])).SingleOrDefault();

        private (string, object?)[] Key =>
        [
            ("GrainIdHash", 17), ("GrainIdN0", 0L), ("GrainIdN1", 0L), ("GrainTypeHash", 4), ("GrainTypeString", "state"),
            ("GrainIdExtensionString", key), ("ServiceId", "chat"),
        ];
    }
}
