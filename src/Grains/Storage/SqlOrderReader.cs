using System.Data.Common;
using System.Text.Json;
using Chat.Grains.Orders;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>
/// Orders by the columns that both databases make of their state's JSON. Only orders have them, and only those that wait for
/// something have <c>due_at</c>: the indexes hold nothing else.
/// </summary>
internal sealed class SqlOrderReader(ChatDatabase database) : IOrderReader, IDeadlineReader
{
    private readonly DatabaseEngine _engine = database.Engine;

    public async Task<IReadOnlyList<DueOrder>> Due(DateTimeOffset now, int limit, ShardRange shards, DueOrder? after)
    {
        var parameters = new List<(string, object)>
        {
            ("now", now.ToUnixTimeMilliseconds()), ("first", (long)shards.First), ("last", (long)shards.Last), ("limit", (long)limit),
        };
        if (after is not null)
        {
            parameters.Add(("at", after.At.ToUnixTimeMilliseconds()));
            parameters.Add(("key", Key(after.Order)));
        }

        return await _engine.Query(DueSql(after is not null), ReadDue, [.. parameters]);
    }

    public async Task<OrderPage> Page(PrincipalId principal, OrderGroup? group, OrderCursor? after, int limit)
    {
        var parameters = new List<(string, object)> { ("who", principal.Key), ("limit", limit + 1L) };
        if (group is { } chosen)
        {
            parameters.Add(("group", chosen.ToString()));
        }

        if (after is not null)
        {
            parameters.Add(("at", after.PlacedAt.ToUnixTimeMilliseconds()));
            parameters.Add(("key", Key(after.Order)));
        }

        var page = await _engine.Query(PageSql(principal, group is not null, after is not null), ReadSummary, [.. parameters]);
        if (page.Count <= limit)
        {
            return new OrderPage(page, null);
        }

        page.RemoveAt(limit);
        return new OrderPage(page, new OrderCursor(page[^1].PlacedAt, page[^1].Card.Id));
    }

    internal static string DueSql(bool continued)
    {
        var from = continued ? "AND (due_at, key_text) > (@at, @key)" : "";
        return $"""
            SELECT key_text, due_at, payload -> 'due' ->> 'kind', CAST(payload -> 'due' ->> 'version' AS bigint)
            FROM grain_state
            WHERE due_at <= @now {from} AND order_shard BETWEEN @first AND @last
            ORDER BY due_at, key_text LIMIT @limit
            """;
    }

    internal static string PageSql(PrincipalId principal, bool grouped, bool continued)
    {
        var member = principal.IsStore ? "order_store" : "order_buyer";
        var chosen = grouped ? "AND order_group = @group" : "";
        var from = continued ? "AND (order_at, key_text) < (@at, @key)" : "";
        return $"""
            SELECT CAST(payload AS text) FROM grain_state WHERE {member} = @who {chosen} {from}
            ORDER BY order_at DESC, key_text DESC LIMIT @limit
            """;
    }

    private static string Key(OrderId order) => "o:" + order.Value;

    private static DueOrder ReadDue(DbDataReader row) => new(
        new OrderId(GrainKeys.IdPart(row.GetString(0))),
        Enum.Parse<DeadlineKind>(row.GetString(2)),
        row.GetInt64(3),
        Time.Of(row.GetInt64(1)));

    private static OrderSummary ReadSummary(DbDataReader row)
    {
        var state = JsonSerializer.Deserialize<OrderState>(row.GetString(0), StateStorage.Json)!;
        return new OrderSummary(OrderRules.Card(state), state.Buyer!.Value, state.PlacedAt);
    }
}
