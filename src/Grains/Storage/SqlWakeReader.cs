using System.Data.Common;

namespace Chat.Grains.Storage;

/// <summary>Grains to wake, by the columns that both databases make of any state's <c>wake</c>.</summary>
internal sealed class SqlWakeReader(ChatDatabase database) : IWakeReader
{
    private readonly DatabaseEngine _engine = database.Engine;

    public async Task<IReadOnlyList<SleepingGrain>> Asleep(DateTimeOffset now, int limit, ShardRange shards, SleepingGrain? after)
    {
        var parameters = new List<(string, object)>
        {
            ("now", now.ToUnixTimeMilliseconds()), ("first", (long)shards.First), ("last", (long)shards.Last), ("limit", (long)limit),
        };
        if (after is not null)
        {
            parameters.Add(("at", after.At.ToUnixTimeMilliseconds()));
            parameters.Add(("key", after.Key));
        }

        return await _engine.Query(AsleepSql(after is not null), Read, [.. parameters]);
    }

    internal static string AsleepSql(bool continued)
    {
        var from = continued ? "AND (wake_at, key_text) > (@at, @key)" : "";
        return $"""
            SELECT state_name, key_text, wake_at FROM grain_state
            WHERE wake_at <= @now {from} AND wake_shard BETWEEN @first AND @last
            ORDER BY wake_at, key_text LIMIT @limit
            """;
    }

    private static SleepingGrain Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), Time.Of(row.GetInt64(2)));
}
