using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.WebFront.Wire;

/// <summary>Where a page of a list ended, as text that a client only hands back.</summary>
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

    public static string Write(ReviewCursor cursor) => Write(cursor.At, cursor.Name);

    public static string Write(HeldCursor cursor) => Write(cursor.At, cursor.Name, OrderMapping.Name(cursor.Part));

    public static bool TryRead(string text, [NotNullWhen(true)] out ReviewCursor? cursor)
    {
        cursor = TryRead(text, 1, out var at, out var parts) && IsName(parts[0]) ? new ReviewCursor(at, parts[0]) : null;
        return cursor is not null;
    }

    public static bool TryRead(string text, [NotNullWhen(true)] out HeldCursor? cursor)
    {
        cursor = TryRead(text, 2, out var at, out var parts) && IsName(parts[0]) && OrderMapping.TryName<ReviewPart>(parts[1], out var part)
            ? new HeldCursor(at, parts[0], part)
            : null;
        return cursor is not null;
    }

    private static string Write(DateTimeOffset at, params string[] parts) => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes($"{at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)} {string.Join(' ', parts)}"));

    private static bool TryRead(string text, int count, out DateTimeOffset at, out string[] parts)
    {
        at = default;
        parts = [];
        if (text.Length > CharsMax || !Base64Url.IsValid(text))
        {
            return false;
        }

        var all = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ');
        if (all.Length != count + 1
            || !long.TryParse(all[0], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        at = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        parts = all[1..];
        return true;
    }

    /// <summary>A review's public name holds nothing but this; a database takes no U+0000.</summary>
    private static bool IsName(string text) => text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

/// <summary>Reads a cursor; false when the text is none.</summary>
internal delegate bool CursorReader<T>(string text, [NotNullWhen(true)] out T? cursor);
