using System.Data.Common;
using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Storage;

/// <summary>Ratings over either database.</summary>
internal sealed class SqlRatingLog : IRatingLog, IAsyncDisposable
{
    internal const string LoadSql = "SELECT day, s1, s2, s3, s4, s5 FROM rating_day WHERE store = @store AND day >= @from";

    private readonly DatabaseEngine _engine;
    private readonly RatingWriter _writer;

    public SqlRatingLog(ChatDatabase database, ILogger<RatingWriter> logger)
    {
        _engine = database.Engine;
        _writer = new RatingWriter(_engine.CreateRatingWriter(), logger);
    }

    public Task<RatingOutcome> Record(RatingEntry entry) => _writer.Record(entry);

    public async Task<IReadOnlyList<RatingDay>> Load(StoreId store, DateOnly from) => await _engine.Query(
        LoadSql, static row => new RatingDay(DayOf(row.GetInt64(0)), Counts(row, 1)), ("store", store.Value), ("from", NumberOf(from)));

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <summary>A day as it is stored: days since 1970-01-01.</summary>
    internal static long NumberOf(DateOnly day) => day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    internal static DateOnly DayOf(long number) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)number);

    internal static StarCounts Counts(DbDataReader row, int at) =>
        new(row.GetInt64(at), row.GetInt64(at + 1), row.GetInt64(at + 2), row.GetInt64(at + 3), row.GetInt64(at + 4));
}
