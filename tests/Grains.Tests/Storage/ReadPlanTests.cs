using System.Text.RegularExpressions;
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

    private static (string, object)[] Page => [("conversation", "anna~casa"), ("before", Messages / 2L), ("limit", 50L)];

    private static IEnumerable<(string Sql, (string, object)[] Parameters)> Reads(TestDatabase database) =>
    [
        (SqlConversationLog.ReadBeforeSql, Page),
        (SqlConversationLog.ReadChangesSql, [("conversation", "anna~casa"), ("after", Messages - 20L), ("limit", 50L)]),
        (SqlConversationLog.ReadChangesSql, [("conversation", "anna~casa"), ("after", 3L), ("limit", 50L)]),
        (SqlConversationLog.CountUnreadSql, [("conversation", "anna~casa"), ("after", Messages - 20L), ("reader", "u:anna")]),
        (MessageRows.FindSql,
            [("conversation", "anna~casa"), ("sender", "u:anna"), ("client_id", database.Open().Engine.IdValue(Guid.NewGuid()))]),
    ];

    [GeneratedRegex(@"actual time=\S+ rows=([\d.]+)")]
    private static partial Regex ActualRows();
}
