using System.Data.Common;
using System.Text.Json;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>Messages and conversations as columns; the same in both databases but for the type of the client id.</summary>
internal static class MessageRows
{
    public const string FindSql = $"""
        SELECT {Columns} FROM message m
        WHERE m.conversation = @conversation AND m.sender = @sender AND m.client_id = @client_id
        """;

    public const string Columns = "m.seq, m.change, m.client_id, m.sender, m.author, m.kind, m.body, m.sent_at, m.product, m.notice";

    public static Message Read(DbDataReader row) => Read(row, 0);

    public static Message Read(DbDataReader row, int at) => new(
        row.GetInt64(at),
        row.GetInt64(at + 1),
        row.GetGuid(at + 2),
        new PrincipalId(row.GetString(at + 3)),
        new UserId(row.GetString(at + 4)),
        (MessageKind)row.GetInt16(at + 5),
        row.GetString(at + 6),
        Time.Of(row.GetInt64(at + 7)),
        Products.OfColumn(row, at + 8),
        Notices.OfColumn(row, at + 9));
}

/// <summary>The conversation row as columns.</summary>
internal static class ConversationRows
{
    public const int ColumnCount = 15;

    public const string Columns = """
        c.id, c.buyer_name, c.store_name, c.version, c.head, c.change, c.last_at, c.waiting_since,
        c.buyer_delivered, c.buyer_read, c.buyer_unread, c.store_delivered, c.store_read, c.store_unread, c.product
        """;

    public static ConversationRow Read(DbDataReader row) => new(
        new ConversationId(row.GetString(0)),
        row.GetString(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetInt64(4),
        row.GetInt64(5),
        Time.Of(row.GetInt64(6)),
        row.IsDBNull(7) ? null : Time.Of(row.GetInt64(7)),
        new MemberMarks(row.GetInt64(8), row.GetInt64(9), row.GetInt64(10)),
        new MemberMarks(row.GetInt64(11), row.GetInt64(12), row.GetInt64(13)),
        Products.OfColumn(row, 14));
}

/// <summary>Times are stored as the wire has them: milliseconds since 1970-01-01 UTC.</summary>
internal static class Time
{
    public const long MillisecondsPerDay = 86_400_000;

    public static DateTimeOffset Of(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>A frozen product card as JSON text.</summary>
internal static class Products
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string? ToJson(ProductCard? product) => product is null ? null : JsonSerializer.Serialize(product, Json);

    public static ProductCard? OfColumn(DbDataReader row, int at) =>
        row.IsDBNull(at) ? null : JsonSerializer.Deserialize<ProductCard>(row.GetString(at), Json);
}

/// <summary>A notice as JSON text.</summary>
internal static class Notices
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string? ToJson(OrderNotice? notice) => notice is null ? null : JsonSerializer.Serialize(notice, Json);

    public static OrderNotice? OfColumn(DbDataReader row, int at) =>
        row.IsDBNull(at) ? null : JsonSerializer.Deserialize<OrderNotice>(row.GetString(at), Json);
}
