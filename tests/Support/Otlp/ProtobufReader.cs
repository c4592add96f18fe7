using System.Buffers.Binary;
using System.Text;

namespace Chat.Tests.Support;

/// <summary>The fields of one protobuf message, in their order: as much of the wire format as OTLP uses.</summary>
internal static class ProtobufReader
{
    /// <summary>Numbers as they are; texts, bytes and messages as their bytes.</summary>
    public static IEnumerable<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message.Span, ref at);
            var (field, kind) = ((int)(key >> 3), (int)(key & 7));
            switch (kind)
            {
                case 0:
                    yield return (field, default, Varint(message.Span, ref at));
                    break;
                case 1:
                    yield return (field, message.Slice(at, 8), BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    yield return (field, message.Slice(at, length), 0);
                    at += length;
                    break;
                case 5:
                    yield return (field, message.Slice(at, 4), BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {kind} is none of protobuf's.");
            }
        }
    }

    /// <summary>The messages in a field.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> All(ReadOnlyMemory<byte> message, int field) =>
        Fields(message).Where(one => one.Field == field).Select(one => one.Bytes);

    /// <summary>The text in a field; empty for none.</summary>
    public static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(All(message, field).FirstOrDefault().Span);

    /// <summary>The bytes in a field, in hexadecimal; empty for none.</summary>
    public static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(All(message, field).FirstOrDefault().Span);

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
