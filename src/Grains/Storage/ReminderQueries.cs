namespace Chat.Grains.Storage;

/// <summary>What Orleans' reminder provider executes, as far as both databases read the same text.</summary>
internal static class ReminderQueries
{
    /// <summary>One reminder.</summary>
    public const string Key = "service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName";

    private const string Columns = """
        grain_id AS "GrainId", reminder_name AS "ReminderName", start_time AS "StartTime", period AS "Period", version AS "Version"
        """;

    public static readonly IReadOnlyDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["ReadReminderRowsKey"] = $"SELECT {Columns} FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId",
        ["ReadReminderRowKey"] = $"SELECT {Columns} FROM reminder WHERE {Key}",
        ["ReadRangeRows1Key"] = $"""
            SELECT {Columns} FROM reminder
            WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
            """,
        ["ReadRangeRows2Key"] = $"""
            SELECT {Columns} FROM reminder
            WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
            """,
        ["UpsertReminderRowKey"] = """
            INSERT INTO reminder (service_id, grain_id, reminder_name, start_time, period, grain_hash, version)
            VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
            ON CONFLICT (service_id, grain_id, reminder_name) DO UPDATE
            SET start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash,
                version = reminder.version + 1
            RETURNING version AS "Version"
            """,
        ["DeleteReminderRowsKey"] = "DELETE FROM reminder WHERE service_id = @ServiceId",
    };
}
