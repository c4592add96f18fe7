using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;

namespace Chat.EmbeddedHost.Storage;

/// <summary>
/// State in the tables of Orleans' ADO.NET provider, with JSON payloads: what this host writes, Orleans reads, and the
/// other way round. At most <c>parallel</c> calls use the database at once; the others wait without holding a thread, which
/// matters where the driver blocks (SQLite).
/// </summary>
internal sealed class AdoGrainStateStorage(DbDataSource database, string serviceId, JsonSerializerOptions json, int parallel)
    : IGrainStateStorage, IDisposable
{
    private readonly OrleansQueries queries = new(database);
    private readonly SemaphoreSlim turn = new(parallel, parallel);

    public async Task<StateRow<T>> Read<T>(string stateName, GrainId grain)
    {
        var rows = await Run(
            "ReadFromStorageKey",
            static reader => (Payload: Column(reader, "PayloadBinary") as byte[], Version: VersionText(Column(reader, "Version"))),
            Key(stateName, grain));
        return rows switch
        {
            [] => default,
            [{ Payload: null } row] => new(false, default, row.Version),
            [{ Payload: { } payload } row] => new(true, JsonSerializer.Deserialize<T>(payload, json), row.Version),
            _ => throw new InvalidOperationException($"The state {stateName} of {grain} has {rows.Count} rows."),
        };
    }

    public async Task<string> Write<T>(string stateName, GrainId grain, T value, string? version)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(value, json);
        var rows = await Run(
            "WriteToStorageKey",
            static reader => VersionText(Column(reader, "NewGrainStateVersion")),
            [.. Key(stateName, grain), Expected(version), ("PayloadBinary", DbType.Binary, payload)]);
        return Moved(rows, stateName, grain, version);
    }

    public async Task<string?> Clear(string stateName, GrainId grain, string? version)
    {
        var rows = await Run(
            "ClearStorageKey", static reader => VersionText(reader.GetValue(0)), [.. Key(stateName, grain), Expected(version)]);
        return Moved(rows, stateName, grain, version);
    }

    public void Dispose() => turn.Dispose();

    private static (string, DbType, object?) Expected(string? version) =>
        ("GrainStateVersion", DbType.Int32, version is null ? null : int.Parse(version, CultureInfo.InvariantCulture));

    private static object Column(DbDataReader reader, string name) => reader.GetValue(reader.GetOrdinal(name));

    private static string? VersionText(object value) =>
        value is DBNull ? null : Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    /// <summary>No row, no version or the old one: nothing was written.</summary>
    private static string Moved(List<string?> rows, string stateName, GrainId grain, string? expected) =>
        rows is [{ } version] && version != expected
            ? version
            : throw new InconsistentStateException(
                $"The state {stateName} of {grain} was written by somebody else.", rows is [{ } found] ? found : null, expected);

    private async Task<List<TRow>> Run<TRow>(string key, Func<DbDataReader, TRow> read, (string, DbType, object?)[] parameters)
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await queries.Run(key, read, parameters).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private (string, DbType, object?)[] Key(string stateName, GrainId grain)
    {
        var key = RowKey.Of(grain.Key);
        return
        [
            ("GrainIdHash", DbType.Int32, key.Hash),
            ("GrainIdN0", DbType.Int64, key.N0),
            ("GrainIdN1", DbType.Int64, key.N1),
            ("GrainTypeHash", DbType.Int32, StableHash.Of(stateName)),
            ("GrainTypeString", DbType.String, stateName),
            ("GrainIdExtensionString", DbType.String, key.Text),
            ("ServiceId", DbType.String, serviceId),
        ];
    }
}
