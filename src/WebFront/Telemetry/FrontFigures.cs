using Chat.Grains.Cluster;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;

namespace Chat.WebFront.Telemetry;

/// <summary>The figures of this front end that operators look at: running totals, and what stood out lately. All bounded.</summary>
internal sealed class FrontFigures(ConnectionDirectory directory, TimeProvider time) : IFrontLoad
{
    /// <summary>A connection is shown as slow from so many waiting events on; fewer wait whenever something is sent.</summary>
    private const int SlowFrom = 16;

    /// <summary>How long what stood out is told of.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly HotCounter _hot = new(time);
    private readonly Queue<CutConnection> _cut = new();
    private readonly Queue<(DateTimeOffset At, Dictionary<int, long> Totals)> _history = new();
    private readonly Dictionary<int, long> _refusals = [];
    private int _connections;
    private long _sends;
    private long _pushes;
    private long _refused;

    public int Connections => Volatile.Read(ref _connections);

    public long Pushes => Volatile.Read(ref _pushes);

    public void Opened() => Interlocked.Increment(ref _connections);

    public void Ended() => Interlocked.Decrement(ref _connections);

    public void Sent(ConversationId conversation)
    {
        Interlocked.Increment(ref _sends);
        _hot.Count(conversation);
    }

    public void Pushed(int events) => Interlocked.Add(ref _pushes, events);

    public void Refused(int code)
    {
        Interlocked.Increment(ref _refused);
        lock (_gate)
        {
            _refusals[code] = _refusals.GetValueOrDefault(code) + 1;
        }
    }

    public void Cut(UserId user)
    {
        lock (_gate)
        {
            if (_cut.Count >= Limits.BoardListMax)
            {
                _cut.Dequeue();
            }

            _cut.Enqueue(new CutConnection(user, time.GetUtcNow()));
        }
    }

    public FrontTotals Totals() => new(Connections, Volatile.Read(ref _sends), Pushes, Volatile.Read(ref _refused));

    public FrontReport Report()
    {
        var (events, bytes, _) = directory.Waiting();
        var slow = directory.Connections.Select(connection => (connection.Identity.User, connection.Waiting))
            .Where(one => one.Waiting.Events >= SlowFrom)
            .OrderByDescending(one => one.Waiting.Events)
            .Take(Limits.BoardListMax)
            .Select(one => new SlowConnection(one.User, one.Waiting.Events, one.Waiting.Bytes));
        var since = time.GetUtcNow() - Remembered;
        lock (_gate)
        {
            return new FrontReport(
                events, bytes, _hot.Top(Limits.BoardListMax), [.. slow],
                [.. _cut.Where(cut => cut.At > since).Reverse()], RefusedSince(since));
        }
    }

    /// <summary>What the totals have grown by since the oldest that is remembered.</summary>
    private RefusalCount[] RefusedSince(DateTimeOffset since)
    {
        while (_history.TryPeek(out var oldest) && oldest.At < since)
        {
            _history.Dequeue();
        }

        var before = _history.TryPeek(out var first) ? first.Totals : [];
        _history.Enqueue((time.GetUtcNow(), new Dictionary<int, long>(_refusals)));
        return [.. _refusals.Select(now => new RefusalCount(now.Key, now.Value - before.GetValueOrDefault(now.Key)))
            .Where(count => count.Count > 0).OrderByDescending(count => count.Count).Take(Limits.BoardListMax)];
    }
}
