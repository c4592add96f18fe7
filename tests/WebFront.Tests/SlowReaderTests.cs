using System.Diagnostics;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>A client that stops reading is cut within 15 seconds, whatever is or is not sent to it.</summary>
public sealed class SlowReaderTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_client_that_stops_reading_is_cut_though_little_is_sent_to_it_and_catches_up_when_it_comes_back()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        var directory = fixture.Front.Service<ConnectionDirectory>();
        seller.PauseReading();
        await Send("the last one it takes off the socket");
        var watch = Stopwatch.StartNew();

        // One message a second: hardly anything waits, and no queue would ever be full.
        while (directory.Find(pair.Seller.Id) is not null)
        {
            Assert.True(watch.Elapsed < CutWithin, "It was not cut in time.");
            var sent = Stopwatch.StartNew();
            await Send("while nobody reads");
            Assert.True(sent.Elapsed < TimeSpan.FromSeconds(2), "The writer noticed.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(4), CutWithin);
        await using var back = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        var head = (await buyer.Ok("history", new { conversation = pair.Conversation }))["conversation"]!["head"]!.GetValue<int>();
        var missed = await back.Ok("resume", new { positions = new[] { new { conversation = pair.Conversation, change = 1 } } });
        Assert.Equal(
            Enumerable.Range(2, head - 1),
            missed["conversations"]![0]!["messages"]!.AsArray().Select(message => message!["seq"]!.GetValue<int>()));

        Task Send(string body) => buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body });
    }

    [Fact]
    public async Task A_push_that_waits_too_long_cuts_by_the_clock_alone()
    {
        var time = new HandClock();
        var gate = new TaskCompletionSource();
        var queue = new OutgoingQueue(_ => new ValueTask(gate.Task), () => { }, time);
        queue.TryEnqueue(OutgoingEvent.Of(new Wire.ResyncEvent("x")));
        await Eventually.True(() => Task.FromResult(queue.IsWriting));

        time.Passed += Limits.OutgoingWaitMax;
        var before = queue.IsStuck;
        time.Passed += TimeSpan.FromMilliseconds(1);
        var after = queue.IsStuck;
        gate.SetResult();
        await Eventually.True(() => Task.FromResult(!queue.IsWriting));

        Assert.Equal((false, true, false), (before, after, queue.IsStuck));
    }

    [Fact]
    public void The_bounds_together_keep_what_is_asked()
    {
        Assert.True(Limits.PingAfter + Limits.PongWithin < CutWithin);
        Assert.True(Limits.OutgoingWaitMax < CutWithin);

        // The queue, two pipes, the socket as Linux counts it.
        Assert.True(Limits.OutgoingBytesMax + 2 * Limits.PipeBytesMax + 2 * Limits.SocketSendBytes <= 1024 * 1024);
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Passed { get; set; } = TimeSpan.FromSeconds(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
