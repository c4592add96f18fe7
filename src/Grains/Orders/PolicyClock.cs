namespace Chat.Grains.Orders;

/// <summary>
/// The clock that deadlines are kept by: the process's own, unless a test or a rehearsal registers a faster one. It is apart
/// from the host's <see cref="TimeProvider"/>, because moving that one moves leases, timers and the host's own bookkeeping.
/// </summary>
public sealed class PolicyClock(TimeProvider time)
{
    /// <summary>
    /// The time now, to the millisecond, which is what the state and the wire keep. Cut, never rounded up, so that nothing is
    /// due early.
    /// </summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
