using System.Text.RegularExpressions;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Grains.Tests.Storage;

/// <summary>Reads of a conversation of 10,000 messages touch what they return, whatever the length.</summary>
public sealed partial class ReadPlanTests
{
    private const int Messages = 10_000;

    [Theory, OnSqlite]
    public async Task Reads_go_by_the_keys_on_Sqlite(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await database.OpenLog().Fill(LogCase.Conversation(), Messages);

        foreach (var (sql, parameters) in Reads(database))
        {
            var plan = await database.Query("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3), parameters);

            Assert.Contains(plan, step => step.StartsWith("SEARCH", StringComparison.Ordinal));
            Assert.DoesNotContain(plan, step => step.StartsWith("SCAN message", StringComparison.Ordinal) || step.StartsWith("SCAN conversation", StringComparison.Ordinal));
        }

        var page = await database.Query("EXPLAIN QUERY PLAN " + SqlConversationLog.ReadBeforeSql, row => row.GetString(3), Page);
        Assert.DoesNotContain(page, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Theory, OnPostgres]
    public async Task Reads_touch_no_more_rows_than_they_return_on_Postgres(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await database.OpenLog().Fill(LogCase.Conversation(), Messages);
        await database.Query("ANALYZE", _ => 0);

        foreach (var (sql, parameters) in Reads(database))
        {
            var plan = string.Join('\n', await database.Query("EXPLAIN (ANALYZE) " + sql, row => row.GetString(0), parameters));

            Assert.DoesNotContain("Seq Scan on message", plan, StringComparison.Ordinal);
            foreach (Match rows in ActualRows().Matches(plan))
            {
                Assert.InRange(double.Parse(rows.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 0, 50);
            }
        }
    }

    /// <summary>With the plan that is made for all users alike, as a prepared statement has it after a while.</summary>
    [Theory, OnPostgres]
    public async Task Inbox_page_of_a_member_with_many_conversations_touches_only_its_days(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        await Task.WhenAll(Enumerable.Range(0, 4_000).Select(i => log.Append(InboxCase(
            i < 1_000 ? LogCase.Conversation("collector", "shop" + i) : LogCase.Conversation("buyer" + i), i))));
        await database.Query("ANALYZE", _ => 0);
        database.Options.ConnectionString += ";Options=-c plan_cache_mode=force_generic_plan";
        var collector = PrincipalId.Of(new UserId("collector"));
        var sql = SqlInboxReader.PageSql(collector, InboxFilter.All, continued: false)
            .Replace("@who", "$1", StringComparison.Ordinal).Replace("@limit", "$2", StringComparison.Ordinal);

        var plan = string.Join('\n', await database.Query(
            $"PREPARE page (text, bigint) AS {sql}; EXPLAIN (ANALYZE) EXECUTE page ('collector', 31)", row => row.GetString(0)));

        Assert.Contains("$1", plan, StringComparison.Ordinal);
        Assert.Contains("Incremental Sort", plan, StringComparison.Ordinal);
        foreach (Match rows in ActualRows().Matches(plan))
        {
            Assert.InRange(double.Parse(rows.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 0, 100);
        }
    }

    private static AppendRequest InboxCase(ConversationId id, int number)
    {
        var row = LogCase.Empty(id);
        return LogCase.Append(row, LogCase.Message(row, 1, "hello") with { SentAt = LogCase.Start.AddHours(number) });
    }

    private static (string, object)[] Page => [("conversation", "anna~casa"), ("before", Messages / 2L), ("limit", 50L)];

    private static IEnumerable<(string Sql, (string, object)[] Parameters)> Reads(TestDatabase database) =>
    [
        (SqlConversationLog.ReadBeforeSql, Page),
        (SqlConversationLog.ReadChangesSql, [("conversation", "anna~casa"), ("after", Messages - 20L), ("limit", 50L)]),
        (SqlConversationLog.ReadChangesSql, [("conversation", "anna~casa"), ("after", 3L), ("limit", 50L)]),
        (SqlConversationLog.VersionsSql(database.Open().Engine), [("keys", database.Open().Engine.KeysValue(["anna~casa", "nobody~casa"]))]),
        (SqlInboxReader.SummariesSql(database.Open().Engine), [("keys", database.Open().Engine.KeysValue(["anna~casa", "nobody~casa"]))]),
        (SqlConversationLog.CountUnreadSql, [("conversation", "anna~casa"), ("after", Messages - 20L), ("reader", "u:anna")]),
        (MessageRows.FindSql,
            [("conversation", "anna~casa"), ("sender", "u:anna"), ("client_id", database.Open().Engine.IdValue(Guid.NewGuid()))]),
    ];

    [GeneratedRegex(@"actual time=\S+ rows=([\d.]+)")]
    private static partial Regex ActualRows();
}
