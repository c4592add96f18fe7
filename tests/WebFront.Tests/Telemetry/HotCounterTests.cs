using Chat.Grains.Shared;
using Chat.WebFront.Telemetry;

namespace Chat.WebFront.Tests.Telemetry;

public sealed class HotCounterTests
{
    private readonly SetClock _clock = new();

    [Fact]
    public void The_hottest_come_first_with_their_counts()
    {
        var counter = new HotCounter(_clock);
        Count(counter, "a", 3);
        Count(counter, "b", 5);
        Count(counter, "c", 1);
        Assert.Equal([("b~s", 5L), ("a~s", 3L)], counter.Top(2).Select(hot => (hot.Conversation.Value, hot.Sends)));
    }

    [Fact]
    public void After_a_minute_a_conversation_is_forgotten()
    {
        var counter = new HotCounter(_clock);
        Count(counter, "a", 2);
        _clock.Pass(TimeSpan.FromSeconds(44));
        Count(counter, "a", 1);
        Assert.Equal(3, Assert.Single(counter.Top(5)).Sends);
        _clock.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(1, Assert.Single(counter.Top(5)).Sends);
        _clock.Pass(TimeSpan.FromMinutes(5));
        Assert.Empty(counter.Top(5));
    }

    [Fact]
    public void A_hot_one_is_found_among_more_than_are_counted_and_never_too_high()
    {
        var counter = new HotCounter(_clock);
        for (var i = 0; i < 20 * Limits.HotCountedMax; i++)
        {
            Count(counter, "cold" + i, 1);
            if (i % 4 == 0)
            {
                Count(counter, "hot", 1);
            }
        }

        var first = counter.Top(1)[0];
        Assert.Equal("hot~s", first.Conversation.Value);
        Assert.InRange(first.Sends, 4 * Limits.HotCountedMax, 5 * Limits.HotCountedMax);
    }

    private static void Count(HotCounter counter, string buyer, int times)
    {
        for (var i = 0; i < times; i++)
        {
            counter.Count(new ConversationId(buyer + "~s"));
        }
    }

    private sealed class SetClock : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerHour;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
