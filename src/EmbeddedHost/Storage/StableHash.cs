using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Chat.EmbeddedHost.Storage;

/// <summary>
/// The hash Orleans stores with grains' rows: XxHash32 with seed 0, whose canonical (big-endian) bytes it reads as a
/// little-endian signed number.
/// </summary>
internal static class StableHash
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;

    public static int Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static int Of(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var length = (uint)data.Length;
            uint hash;
            if (data.Length >= 16)
            {
                uint lane1 = Prime1 + Prime2, lane2 = Prime2, lane3 = 0, lane4 = 0 - Prime1;
                while (data.Length >= 16)
                {
                    lane1 = Round(lane1, data);
                    lane2 = Round(lane2, data[4..]);
                    lane3 = Round(lane3, data[8..]);
                    lane4 = Round(lane4, data[12..]);
                    data = data[16..];
                }

                hash = BitOperations.RotateLeft(lane1, 1) + BitOperations.RotateLeft(lane2, 7)
                    + BitOperations.RotateLeft(lane3, 12) + BitOperations.RotateLeft(lane4, 18);
            }
            else
            {
                hash = Prime5;
            }

            hash += length;
            while (data.Length >= 4)
            {
                hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime3), 17) * Prime4;
                data = data[4..];
            }

            foreach (var rest in data)
            {
                hash = BitOperations.RotateLeft(hash + (rest * Prime5), 11) * Prime1;
            }

            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return (int)BinaryPrimitives.ReverseEndianness(hash ^ (hash >> 16));
        }
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> data) =>
        unchecked(BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime2), 13) * Prime1);
}
