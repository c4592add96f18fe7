using Chat.Grains.Shared;

namespace Chat.WebFront.Access;

/// <summary>
/// How many messages one person may still send through this front: a bucket of <see cref="Policy.SendBurst"/> that fills
/// by <see cref="Policy.SendsPerSecond"/>.
/// </summary>
internal sealed class SendBudget(Policy policy, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = policy.SendBurst;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Takes one message's worth; otherwise how long to wait.</summary>
    public bool TryTake(out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(policy.SendBurst, _tokens + time.GetElapsedTime(_filledAt, now).TotalSeconds * policy.SendsPerSecond);
            _filledAt = now;
            if (_tokens >= 1)
            {
                _tokens--;
                retryAfter = TimeSpan.Zero;
                return true;
            }

            retryAfter = TimeSpan.FromSeconds((1 - _tokens) / policy.SendsPerSecond);
            return false;
        }
    }
}
