using System.Text.Json;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Conversations;
using Chat.Grains.Tests.Orders;

namespace Chat.Grains.Tests.Storage;

/// <summary>Lists of orders and what is due, read from the rows of state, on both databases.</summary>
public sealed class OrderReaderTests
{
    private static readonly DateTimeOffset Later = Given.Noon.AddYears(1);

    [Theory, OnSqlite, OnPostgres]
    public async Task Due_orders_come_soonest_first_page_by_page_and_those_not_due_never(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        for (var day = 1; day <= 9; day++)
        {
            await Store(database, $"n{day}", Given.Noon.AddDays(day));
        }

        await Store(database, "later", Later.AddDays(-19));
        await Store(database, "settled", Given.Noon, Situation.Completed);
        var reader = database.OpenOrders();
        var all = new ShardRange(0, Limits.DeadlineShardsMax - 1);
        var found = new List<DueOrder>();
        IReadOnlyList<DueOrder> page;
        do
        {
            page = await reader.Due(Later, 4, all, found.LastOrDefault());
            found.AddRange(page);
        }
        while (page.Count == 4);

        Assert.Equal(Enumerable.Range(1, 9).Select(day => $"n{day}"), found.Select(due => due.Order.Value));
        Assert.All(found, due => Assert.Equal((DeadlineKind.Payment, 1), (due.Kind, due.Version)));
        Assert.Equal(Given.Noon.AddDays(21), found[0].At);
        Assert.Single(await reader.Due(Given.Noon.AddDays(21), 10, all, null));
        Assert.Empty(await reader.Due(Given.Noon.AddDays(21).AddMilliseconds(-1), 10, all, null));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Sweepers_share_out_all_shards_and_none_twice(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        for (var number = 0; number < 100; number++)
        {
            await Store(database, $"n{number}", Given.Noon);
        }

        var reader = database.OpenOrders();
        var shares = new List<DueOrder>();
        for (var sweeper = 0; sweeper < Limits.DeadlineSweepers; sweeper++)
        {
            var share = await reader.Due(Later, 1_000, ShardRange.Of(sweeper), null);
            Assert.InRange(share.Count, 5, 60);
            shares.AddRange(share);
        }

        Assert.Equal(100, shares.DistinctBy(due => due.Order).Count());
        Assert.Equal(100, shares.Count);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Lists_are_newest_first_by_buyer_store_and_group(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        for (var day = 1; day <= 5; day++)
        {
            await Store(database, $"n{day}", Given.Noon.AddDays(day));
        }

        await Store(database, "done", Given.Noon, Situation.Completed);
        await Store(database, "same-time", Given.Noon.AddDays(5));
        var reader = database.OpenOrders();
        var found = new List<string>();
        OrderCursor? next = null;
        do
        {
            var page = await reader.Page(Given.Buyer, null, next, 2);
            found.AddRange(page.Orders.Select(order => order.Card.Id.Value));
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(["same-time", "n5", "n4", "n3", "n2", "n1", "done"], found);
        Assert.Equal(["done"], (await reader.Page(Given.Store, OrderGroup.Done, null, 10)).Orders.Select(order => order.Card.Id.Value));
        Assert.Equal(6, (await reader.Page(Given.Store, OrderGroup.ToPay, null, 10)).Orders.Count);
        Assert.Empty((await reader.Page(Given.Stranger, null, null, 10)).Orders);
        Assert.Equal(Given.Noon.AddDays(5), (await reader.Page(Given.Store, null, null, 1)).Orders[0].PlacedAt);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Sweep_costs_what_is_due_and_a_page_what_it_holds(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await Multiply(database, 20_000);
        var sweep = await Plan(database, SqlOrderReader.DueSql(false), ("now", Given.Noon.AddDays(1).ToUnixTimeMilliseconds()), ("first", 0L), ("last", 15L), ("limit", 256L));
        Assert.Contains("order_due", sweep);
        var continued = await Plan(
            database, SqlOrderReader.DueSql(true), ("now", Given.Noon.AddDays(1).ToUnixTimeMilliseconds()), ("first", 0L), ("last", 15L), ("limit", 256L), ("at", 1L), ("key", "o:1"));
        Assert.Contains("order_due", continued);
        foreach (var sql in (string[])[sweep, continued])
        {
            Assert.DoesNotContain("Seq Scan", sql);
            Assert.DoesNotContain("SCAN", sql);
            Assert.DoesNotContain("TEMP B-TREE", sql);
            Assert.DoesNotContain("Sort", sql);
        }

        var page = await Plan(database, SqlOrderReader.PageSql(Given.Store, true, true), ("who", "casa-lumbre"), ("group", "ToPay"), ("at", 1L), ("key", "o:1"), ("limit", 20L));
        Assert.Contains("order_of_store", page);
        Assert.DoesNotContain("TEMP B-TREE", page);
        Assert.DoesNotContain("Sort", page);
    }

    /// <summary>An order as the host writes it.</summary>
    private static async Task Store(TestDatabase database, string id, DateTimeOffset placedAt, Situation situation = Situation.AwaitingPayment)
    {
        var state = OrderRules.Posted(GivenOrder.In(situation), long.MaxValue);
        state = state with
        {
            Id = new OrderId(id),
            PlacedAt = placedAt,
            Deadline = state.Deadline is null ? null : state.Deadline with { At = placedAt.AddDays(20) },
        };
        await database.Query(
            Insert(database, "'o:' || @id", "@payload"), static _ => 0, ("id", id), ("payload", JsonSerializer.Serialize(state, StateStorage.Json)));
    }

    /// <summary>Many rows of one order, due on days 20 to 40, in one statement.</summary>
    private static async Task Multiply(TestDatabase database, int count)
    {
        var state = OrderRules.Posted(GivenOrder.In(Situation.AwaitingPayment), long.MaxValue);
        var payload = JsonSerializer.Serialize(state, StateStorage.Json);
        var at = state.Deadline!.At.ToUnixTimeMilliseconds();
        var sql = database.Kind == DatabaseKind.Sqlite
            ? $"""
              WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
              {Insert(database, "'o:' || i", $"json_set(@payload, '$.due.at', {at} + i * 1000, '$.shard', i % 64)", "FROM n")}
              """
            : Insert(
                database,
                "'o:' || i",
                $"jsonb_set(jsonb_set(@payload::jsonb, '{{due,at}}', to_jsonb({at} + i * 1000)), '{{shard}}', to_jsonb(i % 64))",
                $"FROM generate_series(1::bigint, {count}) i") + "; ANALYZE grain_state";
        await database.Query(sql, static _ => 0, ("payload", payload));
    }

    private static string Insert(TestDatabase database, string key, string payload, string from = "")
    {
        var cast = database.Kind == DatabaseKind.Postgres ? "::jsonb" : "";
        return $"""
            INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
            SELECT 'default', 'order', 0, 0, {key}, ({payload}){cast}, 1 {from}
            """;
    }

    private static async Task<string> Plan(TestDatabase database, string sql, params (string, object)[] parameters)
    {
        var explain = database.Kind == DatabaseKind.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ";
        var lines = await database.Query(explain + sql, row => database.Kind == DatabaseKind.Sqlite ? row.GetString(3) : row.GetString(0), parameters);
        return string.Join('\n', lines);
    }
}
