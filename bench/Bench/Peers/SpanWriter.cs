using System.Buffers.Text;

namespace Chat.Bench.Peers;

/// <summary>Writes text and numbers one after the other.</summary>
internal ref struct SpanWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _target[.._length];

    public void Put(ReadOnlySpan<byte> part)
    {
        part.CopyTo(_target[_length..]);
        _length += part.Length;
    }

    public void Put(long number)
    {
        Utf8Formatter.TryFormat(number, _target[_length..], out var digits);
        _length += digits;
    }

    public void PutId(Ledger ledger, long number) => _length += ledger.WriteId(number, _target[_length..]);
}
