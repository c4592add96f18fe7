namespace Chat.WebFront.Access;

/// <summary>What a bucket holds, and how many of it come back each second.</summary>
internal readonly record struct BucketSize(double Burst, double PerSecond);

/// <summary>
/// Starts full and fills steadily. Safe from any thread. All it knows is when it will be full again: what it lacks is what comes
/// back until then, so that a budget nobody uses costs one number. Whoever keeps it passes the same size and clock each time.
/// </summary>
internal struct TokenBucket
{
    /// <summary>The clock's timestamp; one in the past is as good as any other.</summary>
    private long _fullAt;

    public bool IsFull(TimeProvider time) => Volatile.Read(ref _fullAt) <= time.GetTimestamp();

    /// <summary>
    /// Takes a cost; otherwise how long to wait. A cost above the whole burst is taken from a full bucket, or it could never be.
    /// </summary>
    public bool TryTake(double cost, BucketSize size, TimeProvider time, out TimeSpan retryAfter)
    {
        var now = time.GetTimestamp();
        var owed = ToFill(Math.Min(cost, size.Burst));
        var most = ToFill(size.Burst);
        for (var seen = Volatile.Read(ref _fullAt); ;)
        {
            var fullAt = Math.Max(seen, now) + owed;
            var late = fullAt - now - most;
            if (late > 0)
            {
                retryAfter = TimeSpan.FromTicks((long)Math.Ceiling((double)late / time.TimestampFrequency * TimeSpan.TicksPerSecond));
                return false;
            }

            var before = Interlocked.CompareExchange(ref _fullAt, fullAt, seen);
            if (before == seen)
            {
                retryAfter = TimeSpan.Zero;
                return true;
            }

            seen = before;
        }

        // Cut, not rounded: a whole burst in single steps never lacks the last one.
        long ToFill(double tokens) => (long)(tokens / size.PerSecond * time.TimestampFrequency);
    }
}
