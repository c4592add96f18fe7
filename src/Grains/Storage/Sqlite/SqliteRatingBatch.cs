using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;
using Microsoft.Data.Sqlite;

namespace Chat.Grains.Storage.Sqlite;

/// <summary>Writes ratings on a connection and a thread of their own, for the reasons that <see cref="SqliteCommitBatch"/> has.</summary>
internal sealed class SqliteRatingBatch(string connectionString) : IRatingBatch
{
    private readonly DedicatedThread _thread = new("chat rating writer");
    private SqliteConnection? _connection;

    public Task<IReadOnlyDictionary<(StoreId Store, DateOnly Day), StarCounts>> Commit(IReadOnlyList<RatingEntry> entries) =>
        _thread.Run<IReadOnlyDictionary<(StoreId Store, DateOnly Day), StarCounts>>(() => CommitHere(entries));

    public async ValueTask DisposeAsync()
    {
        await _thread.Run(() =>
        {
            Drop();
            return true;
        });
        _thread.Dispose();
    }

    private Dictionary<(StoreId Store, DateOnly Day), StarCounts> CommitHere(IReadOnlyList<RatingEntry> entries)
    {
        try
        {
            _connection ??= SqliteCommitBatch.Open(connectionString);
            using var transaction = _connection.BeginTransaction(deferred: false);
            var days = new Dictionary<(StoreId, DateOnly), StarCounts>();
            foreach (var (day, added) in Insert(_connection, entries))
            {
                days.Add(day, Add(_connection, day, added));
            }

            transaction.Commit();
            return days;
        }
        catch
        {
            // The connection's own state is not worth trusting; the next batch gets a new one.
            Drop();
            throw;
        }
    }

    /// <summary>The days of all entries, with what was not there before.</summary>
    private static Dictionary<(StoreId Store, DateOnly Day), StarCounts> Insert(SqliteConnection connection, IReadOnlyList<RatingEntry> entries)
    {
        using var command = Command(
            connection,
            "INSERT INTO rating (store, review, day, stars) VALUES ($store, $review, $day, $stars) ON CONFLICT (store, review) DO NOTHING",
            "$store", "$review", "$day", "$stars");
        var added = new Dictionary<(StoreId, DateOnly), StarCounts>();
        foreach (var entry in entries)
        {
            Set(command, entry.Store.Value, entry.Review.Value, SqlRatingLog.NumberOf(entry.Day), entry.Stars);
            var now = command.ExecuteNonQuery() == 1 ? StarCounts.Of(entry.Stars) : default;
            added[(entry.Store, entry.Day)] = added.GetValueOrDefault((entry.Store, entry.Day)) + now;
        }

        return added;
    }

    private static StarCounts Add(SqliteConnection connection, (StoreId Store, DateOnly Day) key, StarCounts added)
    {
        using var command = Command(
            connection,
            """
            INSERT INTO rating_day (store, day, s1, s2, s3, s4, s5) VALUES ($store, $day, $s1, $s2, $s3, $s4, $s5)
            ON CONFLICT (store, day) DO UPDATE SET s1 = s1 + excluded.s1, s2 = s2 + excluded.s2, s3 = s3 + excluded.s3,
                s4 = s4 + excluded.s4, s5 = s5 + excluded.s5
            RETURNING s1, s2, s3, s4, s5
            """,
            "$store", "$day", "$s1", "$s2", "$s3", "$s4", "$s5");
        Set(command, key.Store.Value, SqlRatingLog.NumberOf(key.Day), added.One, added.Two, added.Three, added.Four, added.Five);
        using var reader = command.ExecuteReader();
        reader.Read();
        return SqlRatingLog.Counts(reader, 0);
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter(name, null));
        }

        return command;
    }

    private static void Set(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }

    private void Drop()
    {
        var connection = _connection;
        _connection = null;
        connection?.Dispose();
    }
}
