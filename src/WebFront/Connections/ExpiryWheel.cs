using Chat.Grains.Shared;

namespace Chat.WebFront.Connections;

/// <summary>Closes connections when their tokens run out: one bucket for each second instead of a timer for each socket.</summary>
internal sealed class ExpiryWheel
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, HashSet<ClientConnection>> _buckets = [];

    public void Add(ClientConnection connection)
    {
        lock (_gate)
        {
            var second = SecondOf(connection);
            if (!_buckets.TryGetValue(second, out var bucket))
            {
                _buckets.Add(second, bucket = []);
            }

            bucket.Add(connection);
        }
    }

    public void Remove(ClientConnection connection)
    {
        lock (_gate)
        {
            var second = SecondOf(connection);
            if (_buckets.TryGetValue(second, out var bucket) && bucket.Remove(connection) && bucket.Count == 0)
            {
                _buckets.Remove(second);
            }
        }
    }

    /// <summary>Closes everything due.</summary>
    public void Tick(DateTimeOffset now)
    {
        var due = new List<ClientConnection>();
        lock (_gate)
        {
            while (_buckets.Count > 0 && _buckets.First() is var (second, bucket) && second <= now.ToUnixTimeSeconds())
            {
                due.AddRange(bucket);
                _buckets.Remove(second);
            }
        }

        due.ForEach(connection => connection.Close(ClosingCode.TokenExpired));
    }

    private static long SecondOf(ClientConnection connection) => connection.Identity.ExpiresAt.ToUnixTimeSeconds();
}
