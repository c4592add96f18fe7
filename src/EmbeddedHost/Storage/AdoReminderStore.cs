using System.Data;
using System.Data.Common;
using System.Globalization;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Storage;

/// <summary>Reminders in the table of Orleans' ADO.NET provider.</summary>
internal sealed class AdoReminderStore(DbDataSource database, string serviceId) : IReminderStore
{
    private readonly OrleansQueries queries = new(database);

    public async Task<IReadOnlyList<ReminderRow>> ReadAll()
    {
        // A range that ends where it begins is the whole ring.
        var rows = await queries.Run("ReadRangeRows2Key", Read, Service, ("BeginHash", DbType.Int32, 0), ("EndHash", DbType.Int32, 0));
        return [.. rows.Select(static row => row.Reminder)];
    }

    public async Task Upsert(ReminderRow row) =>
        await queries.Run(
            "UpsertReminderRowKey",
            static _ => true,
            Service,
            ("GrainHash", DbType.Int32, Hash(row.Grain)),
            ("GrainId", DbType.String, row.Grain.ToString()),
            ("ReminderName", DbType.String, row.Name),
            ("StartTime", DbType.DateTime, row.FirstDue.UtcDateTime),
            ("Period", DbType.Int64, (long)row.Period.TotalMilliseconds));

    public async Task Delete(GrainId grain, string name)
    {
        (string, DbType, object?) id = ("GrainId", DbType.String, grain.ToString());
        (string, DbType, object?) reminder = ("ReminderName", DbType.String, name);
        foreach (var (_, version) in await queries.Run("ReadReminderRowKey", Read, Service, id, reminder))
        {
            await queries.Run("DeleteReminderRowKey", static _ => true, Service, id, reminder, ("Version", DbType.Int32, version));
        }
    }

    private (string, DbType, object?) Service => ("ServiceId", DbType.String, serviceId);

    private static int Hash(GrainId grain) => unchecked((StableHash.Of(grain.Type) * 31) + StableHash.Of(grain.Key));

    private static (ReminderRow Reminder, int Version) Read(DbDataReader reader)
    {
        var id = reader.GetString(reader.GetOrdinal("GrainId"));
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        var reminder = new ReminderRow(
            new GrainId(id[..slash], id[(slash + 1)..]),
            reader.GetString(reader.GetOrdinal("ReminderName")),
            new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(reader.GetOrdinal("StartTime")), DateTimeKind.Utc)),
            TimeSpan.FromMilliseconds(Convert.ToInt64(reader.GetValue(reader.GetOrdinal("Period")), CultureInfo.InvariantCulture)));
        return (reminder, Convert.ToInt32(reader.GetValue(reader.GetOrdinal("Version")), CultureInfo.InvariantCulture));
    }
}
