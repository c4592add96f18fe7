using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Chat.EmbeddedHost.Storage;

/// <summary>
/// A grain key as columns, exactly as Orleans' ADO.NET provider splits it: what reads as a GUID (32 hexadecimal digits) or
/// as a hexadecimal number goes to the two numbers, with what follows a plus sign as text; all else is text.
/// </summary>
internal readonly record struct RowKey(long N0, long N1, string? Text, int Hash)
{
    public static RowKey Of(string key)
    {
        var utf8 = Encoding.UTF8.GetBytes(key);
        Span<byte> guidBytes = stackalloc byte[16];
        if (TryGuid(utf8, out var guid, out var text))
        {
            guid.TryWriteBytes(guidBytes);
            return new(
                BinaryPrimitives.ReadInt64LittleEndian(guidBytes), BinaryPrimitives.ReadInt64LittleEndian(guidBytes[8..]), text, HashOf(guidBytes, text));
        }

        if (TryNumber(utf8, out var number, out text))
        {
            BinaryPrimitives.WriteInt64LittleEndian(guidBytes, number);
            return new(0, number, text, HashOf(guidBytes[..8], text));
        }

        return new(0, 0, key, HashOf([], key));
    }

    private static bool TryGuid(ReadOnlySpan<byte> key, out Guid guid, out string? text)
    {
        const int Digits = 32;
        text = key.Length > Digits && key[Digits] == '+' ? Encoding.UTF8.GetString(key[(Digits + 1)..]) : null;
        if (text is null && key.Length != Digits)
        {
            guid = default;
            return false;
        }

        return Utf8Parser.TryParse(key[..Digits], out guid, out var used, 'N') && used == Digits;
    }

    private static bool TryNumber(ReadOnlySpan<byte> key, out long number, out string? text)
    {
        var plus = key.IndexOf((byte)'+');
        text = plus < 0 ? null : Encoding.UTF8.GetString(key[(plus + 1)..]);
        var digits = plus < 0 ? key : key[..plus];
        return Utf8Parser.TryParse(digits, out number, out var used, 'X') && used == digits.Length;
    }

    private static int HashOf(ReadOnlySpan<byte> numbers, string? text)
    {
        byte[] all = [.. numbers, .. Encoding.UTF8.GetBytes(text ?? "")];
        Array.Reverse(all);
        return StableHash.Of(all);
    }
}
