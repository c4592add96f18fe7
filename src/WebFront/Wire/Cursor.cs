using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.WebFront.Wire;

/// <summary>Where a page of the inbox or of orders ended, as text that a client only hands back.</summary>
internal static class Cursor
{
    private const int CharsMax = 300;

    public static string Write(InboxCursor cursor) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{cursor.LastAt.UtcTicks.ToString(CultureInfo.InvariantCulture)} {cursor.Conversation}"));

    public static string Write(OrderCursor cursor) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{cursor.PlacedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)} {cursor.Order}"));

    public static bool TryRead(string text, [NotNullWhen(true)] out OrderCursor? cursor)
    {
        cursor = null;
        if (text.Length > CharsMax || !Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || at > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            || !OrderId.TryParse(parts[1], out var order))
        {
            return false;
        }

        cursor = new OrderCursor(DateTimeOffset.FromUnixTimeMilliseconds(at), order);
        return true;
    }

    public static bool TryRead(string text, [NotNullWhen(true)] out InboxCursor? cursor)
    {
        cursor = null;
        if (text.Length > CharsMax || !Base64Url.IsValid(text))
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTimeOffset.MaxValue.UtcTicks
            || !ConversationId.TryParse(parts[1], out var conversation))
        {
            return false;
        }

        cursor = new InboxCursor(new DateTimeOffset(ticks, TimeSpan.Zero), conversation);
        return true;
    }
}
