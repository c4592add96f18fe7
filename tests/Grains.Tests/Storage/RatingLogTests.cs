using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;
using Chat.Grains.Tests.StoreRatings;
using Microsoft.Data.Sqlite;
using Npgsql;
using static Chat.Grains.Tests.StoreRatings.RatingCase;

namespace Chat.Grains.Tests.Storage;

/// <summary>The contract of <see cref="IRatingLog"/>, on both databases.</summary>
public sealed class RatingLogTests
{
    private static readonly StoreId Store = new("casa-lumbre");
    private static readonly StoreId Other = new("jantar-gdansk");

    [Theory, OnSqlite, OnPostgres]
    public async Task Answer_is_the_sum_of_the_day_with_the_rating_in_it(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenRatings();

        Assert.Equal(new RatingOutcome(AppendStatus.Stored, StarCounts.Of(5)), await log.Record(Entry(1, 5)));
        Assert.Equal(new StarCounts(1, 0, 0, 0, 1), (await log.Record(Entry(2, 1))).Day);
        Assert.Equal(StarCounts.Of(4), (await log.Record(Entry(3, 4) with { Day = Today.AddDays(1) })).Day);
        Assert.Equal(StarCounts.Of(2), (await log.Record(Entry(1, 2) with { Store = Other })).Day);
        Assert.Equal([new(Today, new(1, 0, 0, 0, 1)), new(Today.AddDays(1), StarCounts.Of(4))], await log.Days(Store));
        Assert.Equal([new(Today.AddDays(1), StarCounts.Of(4))], await log.Days(Store, Today.AddDays(1)));
        Assert.Empty(await log.Days(new StoreId("nobody")));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Repeat_changes_nothing_and_brings_what_others_stored(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenRatings();
        await log.Record(Entry(1, 5));
        await database.OpenRatings().Record(Entry(2, 3));

        var repeat = await log.Record(Entry(1, 5));
        var otherStars = await log.Record(Entry(1, 1));

        Assert.Equal(new RatingOutcome(AppendStatus.Stored, new(0, 0, 1, 0, 1)), repeat);
        Assert.Equal(repeat, otherStars);
        Assert.Equal([new(Today, new(0, 0, 1, 0, 1))], await log.Days(Store));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Several_processes_that_repeat_each_others_ratings_leave_each_once_and_the_sums_equal_a_recount(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        IRatingLog[] logs = [database.OpenRatings(), database.OpenRatings(), database.OpenRatings()];
        var random = new Random(7);
        var told = new List<(RatingEntry Entry, Task<RatingOutcome> Outcome)>();
        for (var i = 0; i < 1_500; i++)
        {
            var number = random.Next(300);
            var entry = new RatingEntry(number % 2 == 0 ? Store : Other, Review(number), Today.AddDays(-(number % 5)), (number % 5) + 1);
            told.Add((entry, logs[random.Next(3)].Record(entry)));
        }

        await Task.WhenAll(told.Select(one => one.Outcome));

        foreach (var store in (StoreId[])[Store, Other])
        {
            var expected = told.Select(one => one.Entry).Where(entry => entry.Store == store).Distinct()
                .GroupBy(entry => entry.Day).Select(day => new RatingDay(day.Key, Sum(day.Select(entry => entry.Stars)))).OrderBy(day => day.Day);
            Assert.Equal(expected, await logs[0].Days(store));
            Assert.Equal(expected, await Recount(database, store));
        }

        Assert.All(told, one => Assert.Equal(AppendStatus.Stored, one.Outcome.Result.Status));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Failed_commit_is_unknown_to_all_of_its_batch_and_a_repeat_counts_once(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenRatings();
        await log.Record(Entry(1, 5));
        await database.Query("ALTER TABLE rating_day RENAME TO rating_day_away", static _ => 0);

        var outcomes = await Task.WhenAll(log.Record(Entry(2, 4)), log.Record(Entry(3, 1)));
        await database.Query("ALTER TABLE rating_day_away RENAME TO rating_day", static _ => 0);

        Assert.All(outcomes, outcome => Assert.Equal(AppendStatus.Unknown, outcome.Status));
        Assert.Equal([new(Today, StarCounts.Of(5))], await Recount(database, Store));
        await log.Record(Entry(2, 4));
        Assert.Equal(new StarCounts(1, 0, 0, 1, 1), (await log.Record(Entry(3, 1))).Day);
        Assert.Equal(await log.Days(Store), await Recount(database, Store));
    }

    [Theory, OnPostgres]
    public async Task Connection_lost_within_a_commit_is_unknown_and_a_repeat_counts_once(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenRatings();
        await log.Record(Entry(1, 5));
        await using var holder = new NpgsqlConnection(database.Options.ConnectionString);
        await holder.OpenAsync();
        var held = await holder.BeginTransactionAsync();
        await Execute(holder, "SELECT 1 FROM rating_day FOR UPDATE");
        var lost = log.Record(Entry(2, 4));
        const string Waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        await Until(async () => await Execute(holder, "SELECT count(*) " + Waiting) == 1);

        await Execute(holder, "SELECT count(pg_terminate_backend(pid)) " + Waiting);

        Assert.Equal(AppendStatus.Unknown, (await lost).Status);
        await held.RollbackAsync();
        Assert.Equal(new StarCounts(0, 0, 0, 1, 1), (await log.Record(Entry(2, 4))).Day);
        Assert.Equal(await log.Days(Store), await Recount(database, Store));
    }

    [Fact]
    public async Task More_than_the_queue_holds_is_busy_and_the_rest_is_stored()
    {
        await using var database = await TestDatabase.Create(DatabaseKind.Sqlite);
        var log = database.OpenRatings();
        await using var holder = new SqliteConnection(database.Options.ConnectionString + ";Pooling=false");
        holder.Open();
        var held = holder.BeginTransaction(deferred: false);
        var waiting = Enumerable.Range(0, Limits.RatingQueueMax + Limits.RatingBatchMax).Select(number => log.Record(Entry(number, 5))).ToList();

        var refused = await log.Record(Entry(99_999, 5));
        await held.RollbackAsync();
        var outcomes = await Task.WhenAll(waiting);

        Assert.Equal(AppendStatus.Busy, refused.Status);
        var stored = outcomes.Count(outcome => outcome.Status == AppendStatus.Stored);
        Assert.InRange(stored, Limits.RatingQueueMax, Limits.RatingQueueMax + Limits.RatingBatchMax);
        Assert.Equal(stored, (await log.Days(Store)).Single().Stars.Five);
    }

    [Fact]
    public async Task What_waits_is_stored_when_the_log_is_closed()
    {
        await using var database = await TestDatabase.Create(DatabaseKind.Sqlite);
        var log = database.OpenRatings();
        var waiting = Enumerable.Range(0, 5_000).Select(number => log.Record(Entry(number, 2))).ToList();

        await log.DisposeAsync();

        Assert.All(waiting, one => Assert.True(one.IsCompletedSuccessfully));
        Assert.Equal([new(Today, new(0, 5_000, 0, 0, 0))], await Recount(database, Store));
    }

    internal static async Task<IEnumerable<RatingDay>> Recount(TestDatabase database, StoreId store)
    {
        var entries = await database.Query(
            RecountSql, static row => (Day: SqlRatingLog.DayOf(row.GetInt64(0)), Stars: (int)row.GetInt16(1)), ("store", store.Value), ("from", 0L));
        return entries.GroupBy(entry => entry.Day).Select(day => new RatingDay(day.Key, Sum(day.Select(entry => entry.Stars)))).OrderBy(day => day.Day);
    }

    private static RatingEntry Entry(int number, int stars) => new(Store, Review(number), Today, stars);

    private static async Task<long> Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
