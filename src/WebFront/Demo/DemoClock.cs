namespace Chat.WebFront.Demo;

/// <summary>
/// The process's clock, set back while the demo's past is made: orders and reviews of months ago then come about by the same
/// commands as those of today. Only <see cref="Chat.Grains.Orders.PolicyClock"/> reads it, and after seeding it tells the time.
/// </summary>
internal sealed class DemoClock(TimeProvider time) : TimeProvider
{
    private long _backTicks;

    /// <summary>How far it is behind; zero but while the past is made.</summary>
    public TimeSpan Back
    {
        get => new(Interlocked.Read(ref _backTicks));
        set => Interlocked.Exchange(ref _backTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() - Back;
}
