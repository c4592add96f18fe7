namespace Chat.WebFront.Access;

/// <summary>Holds up to <paramref name="burst"/> and fills by <paramref name="perSecond"/>. Starts full. Safe from any thread.</summary>
internal sealed class TokenBucket(double burst, double perSecond, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <summary>More than fits; the first look cuts it down.</summary>
    private double _tokens = double.PositiveInfinity;
    private long _filledAt = time.GetTimestamp();

    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                Fill();
                return _tokens >= burst;
            }
        }
    }

    /// <summary>
    /// Takes a cost; otherwise how long to wait. A cost above the whole burst is taken from a full bucket, or it could never be.
    /// </summary>
    public bool TryTake(double cost, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            Fill();
            var needed = Math.Min(cost, burst);
            if (_tokens >= needed)
            {
                _tokens -= needed;
                retryAfter = TimeSpan.Zero;
                return true;
            }

            retryAfter = TimeSpan.FromSeconds((needed - _tokens) / perSecond);
            return false;
        }
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond);
        _filledAt = now;
    }
}
