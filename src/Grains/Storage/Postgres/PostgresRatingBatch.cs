using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Grains.Storage.Postgres;

/// <summary>
/// A batch of ratings as one statement: one round trip, one implicit transaction. Entries first, in the order of their key, then
/// days in the order of theirs: two processes cannot wait for each other. A day of which every entry was a repeat is written with
/// nothing added, because only a write sees what another process has committed since the statement began.
/// </summary>
internal sealed class PostgresRatingBatch(NpgsqlDataSource source) : IRatingBatch
{
    private const string Sql = """
        WITH given AS MATERIALIZED (SELECT * FROM unnest($1, $2, $3, $4) AS g (store, review, day, stars)),
        stored AS (
            INSERT INTO rating (store, review, day, stars) SELECT store, review, day, stars FROM given ORDER BY store, review
            ON CONFLICT (store, review) DO NOTHING
            RETURNING store, day, stars),
        added AS (
            SELECT d.store, d.day, count(*) FILTER (WHERE s.stars = 1) s1, count(*) FILTER (WHERE s.stars = 2) s2,
                count(*) FILTER (WHERE s.stars = 3) s3, count(*) FILTER (WHERE s.stars = 4) s4, count(*) FILTER (WHERE s.stars = 5) s5
            FROM (SELECT DISTINCT store, day FROM given) d LEFT JOIN stored s ON s.store = d.store AND s.day = d.day
            GROUP BY d.store, d.day)
        INSERT INTO rating_day AS d (store, day, s1, s2, s3, s4, s5)
        SELECT store, day, s1, s2, s3, s4, s5 FROM added ORDER BY store, day
        ON CONFLICT (store, day) DO UPDATE SET s1 = d.s1 + excluded.s1, s2 = d.s2 + excluded.s2, s3 = d.s3 + excluded.s3,
            s4 = d.s4 + excluded.s4, s5 = d.s5 + excluded.s5
        RETURNING store, day, s1, s2, s3, s4, s5
        """;

    private const int TriesMax = 3;

    /// <summary>A commit that takes longer counts as failed; the senders repeat.</summary>
    private const int CommandSecondsMax = 5;

    public async Task<IReadOnlyDictionary<(StoreId Store, DateOnly Day), StarCounts>> Commit(IReadOnlyList<RatingEntry> entries)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryCommit(entries);
            }
            catch (PostgresException failure) when (PostgresCommitBatch.IsRetriable(failure) && tries < TriesMax)
            {
                // Another process's transaction came between; the server undid ours.
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<IReadOnlyDictionary<(StoreId Store, DateOnly Day), StarCounts>> TryCommit(IReadOnlyList<RatingEntry> entries)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = CommandSecondsMax };
        Add(NpgsqlDbType.Text, entries.Select(static entry => entry.Store.Value).ToArray());
        Add(NpgsqlDbType.Text, entries.Select(static entry => entry.Review.Value).ToArray());
        Add(NpgsqlDbType.Bigint, entries.Select(static entry => SqlRatingLog.NumberOf(entry.Day)).ToArray());
        Add(NpgsqlDbType.Smallint, entries.Select(static entry => (short)entry.Stars).ToArray());
        var days = new Dictionary<(StoreId, DateOnly), StarCounts>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            days.Add((new StoreId(reader.GetString(0)), SqlRatingLog.DayOf(reader.GetInt64(1))), SqlRatingLog.Counts(reader, 2));
        }

        // The rows arrive before the commit; only the end of the results tells that it took place.
        await reader.NextResultAsync();
        return days;

        void Add<T>(NpgsqlDbType type, T[] values) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
