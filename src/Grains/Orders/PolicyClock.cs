using Chat.Grains.Rehearsals;

namespace Chat.Grains.Orders;

/// <summary>
/// The clock that deadlines are kept by: the process's own, unless a test registers another or a rehearsal makes it run
/// faster. It is apart from the host's <see cref="TimeProvider"/>, because moving that one moves leases, timers and the host's
/// own bookkeeping.
/// </summary>
public sealed class PolicyClock(TimeProvider time, RehearsalOptions? rehearsal = null)
{
    private readonly double _speed = rehearsal?.ClockSpeed ?? 1;
    private readonly DateTimeOffset _origin = rehearsal?.ClockOrigin ?? DateTimeOffset.UnixEpoch;

    /// <summary>
    /// The time now, to the millisecond, which is what the state and the wire keep. Cut, never rounded up, so that nothing is
    /// due early.
    /// </summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = time.GetUtcNow();
            return DateTimeOffset.FromUnixTimeMilliseconds((_speed == 1 ? now : _origin + (now - _origin) * _speed).ToUnixTimeMilliseconds());
        }
    }

    /// <summary>How long ago a moment of this clock was, as everybody's watch tells it: a rehearsal's hours are seconds.</summary>
    public TimeSpan RealTimeSince(DateTimeOffset moment) => (Now - moment) / _speed;
}
