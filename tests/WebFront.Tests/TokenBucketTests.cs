using Chat.WebFront.Access;

namespace Chat.WebFront.Tests;

/// <summary>A budget as arithmetic: what fits, how long to wait, and that threads never take more than there is.</summary>
public sealed class TokenBucketTests
{
    private static readonly BucketSize Size = new(Burst: 3, PerSecond: 2);

    private readonly HandClock _time = new();

    [Fact]
    public void A_burst_fits_and_the_next_has_to_wait_until_one_came_back()
    {
        var bucket = new TokenBucket();

        var taken = Enumerable.Range(0, 4).Select(step => bucket.TryTake(1, Size, _time, out var wait) ? TimeSpan.Zero : wait).ToArray();

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(0.5)], taken);
    }

    [Fact]
    public void Who_waits_as_long_as_told_gets_it_and_not_a_moment_before()
    {
        var bucket = new TokenBucket();
        bucket.TryTake(3, Size, _time, out _);
        bucket.TryTake(2, Size, _time, out var wait);

        _time.Now += wait.Ticks - 1;
        var before = bucket.TryTake(2, Size, _time, out _);
        _time.Now += 1;
        var then = bucket.TryTake(2, Size, _time, out _);

        Assert.Equal((TimeSpan.FromSeconds(1), false, true), (wait, before, then));
    }

    [Fact]
    public void A_refusal_takes_nothing()
    {
        var bucket = new TokenBucket();
        bucket.TryTake(2, Size, _time, out _);

        var refused = bucket.TryTake(2, Size, _time, out _);
        var left = bucket.TryTake(1, Size, _time, out _);

        Assert.Equal((false, true), (refused, left));
    }

    [Fact]
    public void A_cost_above_the_burst_is_taken_from_a_full_bucket_only()
    {
        var bucket = new TokenBucket();
        var full = bucket.TryTake(100, Size, _time, out _);
        _time.Now += TimeSpan.FromSeconds(1.5).Ticks - 1;
        var nearly = bucket.TryTake(100, Size, _time, out var wait);

        Assert.Equal((true, false, TimeSpan.FromTicks(1)), (full, nearly, wait));
    }

    [Fact]
    public void It_is_full_at_first_and_again_when_all_came_back_and_never_holds_more()
    {
        var bucket = new TokenBucket();
        var first = bucket.IsFull(_time);
        bucket.TryTake(3, Size, _time, out _);
        _time.Now += TimeSpan.FromSeconds(1.5).Ticks - 1;
        var nearly = bucket.IsFull(_time);
        _time.Now += 1;
        var again = bucket.IsFull(_time);
        _time.Now += TimeSpan.FromDays(1).Ticks;
        var taken = Enumerable.Range(0, 10).Count(step => bucket.TryTake(1, Size, _time, out _));

        Assert.Equal((true, false, true, 3), (first, nearly, again, taken));
    }

    /// <summary>A rate whose steps are no whole ticks must not lose the last one of a burst.</summary>
    [Fact]
    public void Steps_that_do_not_divide_evenly_add_up_to_the_burst()
    {
        var bucket = new TokenBucket();

        var taken = Enumerable.Range(0, 10).Count(step => bucket.TryTake(1, new BucketSize(7, 3), _time, out _));

        Assert.Equal(7, taken);
    }

    [Fact]
    public void Threads_together_take_no_more_than_there_is()
    {
        var bucket = new TokenBucket[1];
        var taken = 0;

        Parallel.For(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, step =>
        {
            if (bucket[0].TryTake(1, new BucketSize(5_000, 1), _time, out _))
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(5_000, taken);
    }

    private sealed class HandClock : TimeProvider
    {
        public long Now { get; set; } = TimeSpan.TicksPerSecond;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
