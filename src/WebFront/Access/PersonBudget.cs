using Chat.Grains.Shared;

namespace Chat.WebFront.Access;

/// <summary>
/// What one person may still do through this front, with all devices together: messages, other calls by what they cost, requests over
/// HTTP, and how often calls may be refused before the person is kept away.
/// </summary>
internal sealed class PersonBudget(Policy policy, TimeProvider time)
{
    private TokenBucket _sends;
    private TokenBucket _calls;
    private TokenBucket _refusals;
    private TokenBucket _requests;
    private long _awayUntil;

    /// <summary>Open sockets. Guarded by <see cref="PersonBudgets"/>.</summary>
    public int Sockets { get; set; }

    /// <summary>Whether nothing would be lost by forgetting it.</summary>
    public bool IsFull => _sends.IsFull(time) && _calls.IsFull(time) && _refusals.IsFull(time) && _requests.IsFull(time) && !IsKeptAway(out _);

    /// <summary>Takes one message's worth; otherwise the refusal.</summary>
    public ChatError? TrySend() =>
        _sends.TryTake(1, new BucketSize(policy.SendBurst, policy.SendsPerSecond), time, out var wait)
            ? null
            : Refuse(new ChatError(ErrorCode.RateLimited, "Too many messages in a short time.", wait));

    /// <summary>Takes what a call costs; otherwise the refusal.</summary>
    public ChatError? TryCall(int cost) =>
        _calls.TryTake(cost, new BucketSize(policy.CallBurst, policy.CallsPerSecond), time, out var wait)
            ? null
            : Refuse(new ChatError(ErrorCode.RateLimited, "Too many calls in a short time.", wait));

    /// <summary>Takes one request over HTTP; otherwise how long to wait.</summary>
    public bool TryRequest(out TimeSpan retryAfter) =>
        _requests.TryTake(1, new BucketSize(policy.RequestBurst, policy.RequestsPerSecond), time, out retryAfter);

    /// <summary>Whether this person floods and must stay away, and for how long still.</summary>
    public bool IsKeptAway(out TimeSpan left)
    {
        left = TimeSpan.FromTicks(Volatile.Read(ref _awayUntil) - time.GetUtcNow().UtcTicks);
        return left > TimeSpan.Zero;
    }

    private ChatError Refuse(ChatError error)
    {
        if (!_refusals.TryTake(1, new BucketSize(Limits.FloodRefusalsMax, Limits.FloodRefusalsPerSecond), time, out _) && !IsKeptAway(out _))
        {
            Volatile.Write(ref _awayUntil, (time.GetUtcNow() + Limits.FloodKeptAway).UtcTicks);
        }

        return error;
    }
}
