namespace Chat.Grains.Storage.Sqlite;

/// <summary>
/// What Orleans' providers for grain state and reminders execute on SQLite. Each text changes rows in one statement, so it is
/// atomic by itself. A write that is refused returns no row, which the provider reports as an inconsistent state.
/// </summary>
internal static class SqliteQueries
{
    private const string StateKey = """
        service_id = @ServiceId AND state_name = @GrainTypeString AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1
        AND key_text = coalesce(@GrainIdExtensionString, '')
        """;

    public static readonly IReadOnlyDictionary<string, string> Texts = new Dictionary<string, string>(ReminderQueries.Texts)
    {
        ["ReadFromStorageKey"] = $"""
            SELECT CAST(payload AS BLOB) AS PayloadBinary, version AS Version FROM grain_state WHERE {StateKey}
            """,

        // The first write meets a row that exists: NULL equals no version, nothing is written. A later write inserts nothing
        // of its own, it only takes this way to the update.
        ["WriteToStorageKey"] = $"""
            INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
            SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''),
                CAST(@PayloadBinary AS TEXT), 1
            WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM grain_state WHERE {StateKey})
            ON CONFLICT (service_id, state_name, key_n0, key_n1, key_text) DO UPDATE
            SET payload = excluded.payload, version = grain_state.version + 1
            WHERE grain_state.version = @GrainStateVersion
            RETURNING version AS NewGrainStateVersion
            """,
        ["ClearStorageKey"] = $"""
            UPDATE grain_state SET payload = NULL, version = version + 1 WHERE {StateKey} AND version = @GrainStateVersion
            RETURNING version AS NewGrainStateVersion
            """,
        ["DeleteStorageKey"] = $"""
            DELETE FROM grain_state WHERE {StateKey} AND version = @GrainStateVersion
            RETURNING version + 1 AS NewGrainStateVersion
            """,
        ["DeleteReminderRowKey"] = $"""
            DELETE FROM reminder WHERE {ReminderQueries.Key} AND version = @Version;
            SELECT changes()
            """,
    };
}
