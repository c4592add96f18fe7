using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Chat.Bench;

/// <summary>
/// What became of every send of one measurement, by number. Arrays instead of objects: the hot path writes three integers.
/// No two ledgers have a number in common: what comes late belongs to nobody.
/// </summary>
internal sealed class Ledger
{
    /// <summary>Wide enough for any number, so that every record has the same length.</summary>
    private const int IdDigits = 12;

    private readonly byte[] _idPrefix;
    private readonly long[] _intended;
    private readonly long[] _acked;
    private readonly long[] _delivered;
    private readonly int[] _errors;
    private readonly long _first;
    private long _next = -1;
    private long _repeats;
    private static long s_used;

    /// <summary>Room for <paramref name="capacity"/> sends.</summary>
    public Ledger(int capacity)
    {
        _intended = new long[capacity];
        _acked = new long[capacity];
        _delivered = new long[capacity];
        _errors = new int[capacity];
        _first = Interlocked.Add(ref s_used, capacity) - capacity;

        // UUIDs of version 7: the time now, some randomness, and in the last twelve digits the number of the send.
        var id = Guid.CreateVersion7().ToString("D");
        _idPrefix = Encoding.ASCII.GetBytes(id[..^IdDigits]);
    }

    public int Capacity => _intended.Length;

    /// <summary>How many sends were begun.</summary>
    public long Count => Math.Min(Interlocked.Read(ref _next) + 1, Capacity);

    /// <summary>Messages that arrived twice at one connection: always a fault.</summary>
    public long Repeats => Interlocked.Read(ref _repeats);

    /// <summary>The number of the next send, or -1 when there is no room any more.</summary>
    public long Begin(long intended)
    {
        var index = Interlocked.Increment(ref _next);
        if (index >= Capacity)
        {
            return -1;
        }

        _intended[index] = intended;
        return _first + index;
    }

    /// <summary>Writes the client message id of a send; answers its length.</summary>
    public int WriteId(long number, Span<byte> target)
    {
        _idPrefix.CopyTo(target);
        Utf8Formatter.TryFormat(number, target[_idPrefix.Length..], out _, new System.Buffers.StandardFormat('D', IdDigits));
        return _idPrefix.Length + IdDigits;
    }

    /// <summary>Notes an answer; false for one to another measurement.</summary>
    public bool Acked(long number, int error)
    {
        var index = number - _first;
        if (index < 0 || index >= Capacity)
        {
            return false;
        }

        _errors[index] = error;
        Volatile.Write(ref _acked[index], Stopwatch.GetTimestamp());
        return true;
    }

    /// <summary>Notes an arrival; false for messages of other measurements.</summary>
    public bool Delivered(ReadOnlySpan<byte> id)
    {
        if (!id.StartsWith(_idPrefix) || !Utf8Parser.TryParse(id[_idPrefix.Length..], out long number, out _))
        {
            return false;
        }

        var index = number - _first;
        if (index < 0 || index >= Capacity)
        {
            return false;
        }

        if (Interlocked.CompareExchange(ref _delivered[index], Stopwatch.GetTimestamp(), 0) != 0)
        {
            Interlocked.Increment(ref _repeats);
        }

        return true;
    }

    /// <summary>Sends that ended well between two moments, by the time of their answer.</summary>
    public long AckedBetween(long from, long until)
    {
        long count = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_acked[i] >= from && _acked[i] < until && _errors[i] == 0)
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Waits until every send has its answer and every stored message has arrived, or for <paramref name="patience"/>.</summary>
    public async Task Settle(TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < patience && (Unanswered() > 0 || Undelivered() > 0))
        {
            await Task.Delay(50);
        }
    }

    public long Unanswered() => CountWhere(i => Volatile.Read(ref _acked[i]) == 0);

    /// <summary>Acknowledged, but not seen by the other side.</summary>
    public long Undelivered() => CountWhere(i => _acked[i] != 0 && _errors[i] == 0 && Volatile.Read(ref _delivered[i]) == 0);

    /// <summary>Refusals by code, as text; "none" when there were none.</summary>
    public string Refusals()
    {
        var codes = Enumerable.Range(0, (int)Count).Where(i => _errors[i] != 0).CountBy(i => _errors[i]).OrderBy(pair => pair.Key);
        return string.Join(", ", codes.Select(pair => $"{pair.Value} x {pair.Key}")) is { Length: > 0 } text ? text : "none";
    }

    /// <summary>Milliseconds from intended send to answer, of sends intended between two moments.</summary>
    public Latencies ToAck(long from, long until) => Spread(_acked, from, until);

    /// <summary>Milliseconds from intended send to arrival at the other side.</summary>
    public Latencies ToDelivery(long from, long until) => Spread(_delivered, from, until);

    private Latencies Spread(long[] ends, long from, long until)
    {
        var values = new List<double>();
        for (var i = 0; i < Count; i++)
        {
            if (_intended[i] >= from && _intended[i] < until && ends[i] != 0 && _errors[i] == 0)
            {
                values.Add((ends[i] - _intended[i]) * 1_000.0 / Stopwatch.Frequency);
            }
        }

        return Latencies.Of(values);
    }

    private long CountWhere(Func<int, bool> condition)
    {
        long count = 0;
        for (var i = 0; i < Count; i++)
        {
            if (condition(i))
            {
                count++;
            }
        }

        return count;
    }
}

/// <summary>A spread of times in milliseconds.</summary>
internal sealed record Latencies(int Count, double P50, double P95, double P99, double Max)
{
    public static Latencies Of(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? new Latencies(0, 0, 0, 0, 0) : new Latencies(values.Count, At(0.50), At(0.95), At(0.99), values[^1]);

        double At(double share) => values[Math.Min(values.Count - 1, (int)Math.Ceiling(values.Count * share) - 1)];
    }

    public override string ToString() => FormattableString.Invariant($"{P50:0.00} / {P95:0.00} / {P99:0.00} / {Max:0.0}");
}
