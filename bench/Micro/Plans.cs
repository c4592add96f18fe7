using System.Globalization;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Chat.Bench.Micro;

/// <summary>
/// How the databases of a run answer for the first page of a long list: the text that the server executes, explained by the
/// database that <c>./chat bench</c> has filled.
/// </summary>
internal static class Plans
{
    public const string Verb = "plans";

    private const int PageSize = 30;

    private static readonly (string Name, PrincipalId Who)[] s_lists =
    [
        ("a buyer's 5,000 conversations", PrincipalId.Of(new UserId("many-shops"))),
        ("a store's 5,000 conversations", PrincipalId.Of(new StoreId("casa-lumbre"))),
    ];

    /// <summary>Prints markdown for one database, by its provider and connection string.</summary>
    public static async Task<int> Print(string provider, string connectionString)
    {
        var options = new ChatDatabaseOptions { Provider = Enum.Parse<ChatDatabaseProvider>(provider), ConnectionString = connectionString };
        if (options.Provider == ChatDatabaseProvider.Postgres)
        {
            // The plan for all users alike: a prepared statement has it after a few executions.
            options.ConnectionString += ";Options=-c plan_cache_mode=force_generic_plan";
        }

        await using var database = new ChatDatabase(Options.Create(options), NullLoggerFactory.Instance);
        foreach (var (name, who) in s_lists)
        {
            var sql = SqlInboxReader.PageSql(who, InboxFilter.All, continued: false);
            var plan = options.Provider == ChatDatabaseProvider.Postgres ? await OnPostgres(database, who, sql) : await OnSqlite(database, who, sql);
            Console.WriteLine($"First page of {name}, {provider}:\n\n```\n{string.Join('\n', plan)}\n```\n");
        }

        return 0;
    }

    private static Task<List<string>> OnPostgres(ChatDatabase database, PrincipalId who, string sql)
    {
        var text = sql.Replace("@who", "$1", StringComparison.Ordinal).Replace("@limit", "$2", StringComparison.Ordinal);
        var limit = (PageSize + 1).ToString(CultureInfo.InvariantCulture);
        return database.Engine.Query(
            $"PREPARE page (text, bigint) AS {text}; EXPLAIN (ANALYZE, BUFFERS) EXECUTE page ('{who.Key}', {limit})", row => row.GetString(0));
    }

    private static Task<List<string>> OnSqlite(ChatDatabase database, PrincipalId who, string sql) =>
        database.Engine.Query("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3), ("who", who.Key), ("limit", PageSize + 1L));
}
