using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Telemetry;
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

        Assert.InRange(watch.Elapsed, Limits.ProbeAnswerWithin, CutWithin);
        await using var back = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        var head = (await buyer.Ok("history", new { conversation = pair.Conversation }))["conversation"]!["head"]!.GetValue<int>();
        var missed = await back.Ok("resume", new { positions = new[] { new { conversation = pair.Conversation, change = 1 } } });
        Assert.Equal(
            Enumerable.Range(2, head - 1),
            missed["conversations"]![0]!["messages"]!.AsArray().Select(message => message!["seq"]!.GetValue<int>()));

        Task Send(string body) => buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body });
    }

    [Fact]
    public async Task A_client_is_cut_within_15_seconds_of_the_one_push_that_it_did_not_read()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        var directory = fixture.Front.Service<ConnectionDirectory>();
        using var closed = new ClosedCount(fixture.Front);
        seller.PauseReading();
        await Send(buyer, pair);
        await Send(buyer, pair);
        var watch = Stopwatch.StartNew();

        while (directory.Find(pair.Seller.Id) is not null)
        {
            Assert.True(watch.Elapsed < CutWithin, "It was not cut in time.");
            await seller.Ping();
            await Task.Delay(200);
        }

        Assert.Equal(0, seller.Probes);
        Assert.Equal(["slow_client by probe"], closed.Reasons);
        Assert.Contains(fixture.Front.Service<FrontFigures>().Report().Cut, cut => cut.User == pair.Seller.Id);
    }

    [Fact]
    public async Task Only_a_silent_client_that_something_was_pushed_to_is_asked_and_who_answers_stays()
    {
        var pairs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.NewPair()));
        var buyers = await Task.WhenAll(pairs.Select(pair => HubClient.Enter(fixture.Front.Address, pair.Buyer.Token)));
        var (idle, answering, active, older) = (buyers[0], buyers[1], buyers[2], await HubClient.Enter(fixture.Front.Address, pairs[3].Seller.Token, probe: false));
        await using var shop = await HubClient.Enter(fixture.Front.Address, pairs[1].Seller.Token);
        await using var busyShop = await HubClient.Enter(fixture.Front.Address, pairs[2].Seller.Token);
        await Task.WhenAll(Send(buyers[1], pairs[1]), Send(buyers[2], pairs[2]), Send(buyers[3], pairs[3]));
        var watch = Stopwatch.StartNew();
        await Send(shop, pairs[1]);

        // Longer than anybody who does not read lasts; the active one has a push and a call each second.
        while (watch.Elapsed < CutWithin)
        {
            await Send(busyShop, pairs[2]);
            await active.Ok("activity", new { active = true });
            await Task.WhenAll(idle.Ping(), answering.Ping(), older.Ping(), shop.Ping());
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((0, 1, 0, 0), (idle.Probes, answering.Probes, active.Probes, older.Probes));
        foreach (var client in (HubClient[])[.. buyers, older])
        {
            Assert.False(client.IsClosed);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_link_that_nothing_comes_from_is_gone_in_time_to_tell_of_it()
    {
        var pair = await fixture.NewPair();
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        var directory = fixture.Front.Service<ConnectionDirectory>();

        using var closed = new ClosedCount(fixture.Front);

        // A person whose network is gone looks like this to a front: no frame, no pong, no end. Reading stops behind an answer.
        seller.PauseReading();
        await seller.Ok("activity", new { active = true });
        var watch = Stopwatch.StartNew();
        while (directory.Find(pair.Seller.Id) is not null)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(28), "Presence has 30 seconds in all.");
            await Task.Delay(100);
        }

        Assert.InRange(watch.Elapsed, Limits.LinkSilentAfter, TimeSpan.FromSeconds(28));
        Assert.Empty(closed.Reasons);
        Assert.DoesNotContain(fixture.Front.Service<FrontFigures>().Report().Cut, cut => cut.User == pair.Seller.Id);
    }

    [Fact]
    public async Task Of_links_that_nothing_comes_from_only_those_that_answer_stay_also_where_nobody_said_hello()
    {
        var pair = await fixture.NewPair();
        await using var answering = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        await using var silent = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token, probe: false);
        await using var stranger = await HubClient.Connect(fixture.Front.Address, pair.Buyer.Token);
        var watch = Stopwatch.StartNew();
        while (!silent.IsClosed || !stranger.IsClosed)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(28), "Presence has 30 seconds in all.");
            await Task.Delay(100);
        }

        Assert.True(watch.Elapsed > Limits.LinkSilentAfter + Limits.LinkAnswerWithin - TimeSpan.FromSeconds(1));
        Assert.Equal((1, false), (answering.Probes, answering.IsClosed));
    }

    [Fact]
    public void One_question_covers_all_pushes_before_it_and_what_follows_waits_for_the_next()
    {
        var time = new HandClock();
        var reads = new ReadWatch(time);
        var nothing = reads.Judge();
        reads.Pushed();
        time.Passed += Limits.ProbeAfter - TimeSpan.FromMilliseconds(1);
        reads.Pushed();
        var early = reads.Judge();
        time.Passed += TimeSpan.FromMilliseconds(1);
        var asked = reads.Judge();
        reads.Pushed();
        time.Passed += Limits.ProbeAnswerWithin;
        var waits = reads.Judge();
        reads.Called();
        var answered = reads.Judge();
        reads.Pushed();
        time.Passed += Limits.ProbeAfter;
        var askedAgain = reads.Judge();
        time.Passed += Limits.ProbeAnswerWithin + TimeSpan.FromMilliseconds(1);

        Assert.Equal(
            [ReadVerdict.Fine, ReadVerdict.Fine, ReadVerdict.Ask, ReadVerdict.Fine, ReadVerdict.Fine, ReadVerdict.Ask, ReadVerdict.Silent],
            [nothing, early, asked, waits, answered, askedAgain, reads.Judge()]);
    }

    [Fact]
    public void A_call_after_a_push_makes_the_question_needless()
    {
        var time = new HandClock();
        var reads = new ReadWatch(time);
        reads.Pushed();
        reads.Called();
        time.Passed += Limits.ProbeAfter * 2;

        Assert.Equal(ReadVerdict.Fine, reads.Judge());
    }

    [Fact]
    public async Task A_push_that_waits_too_long_cuts_by_the_clock_alone()
    {
        var time = new HandClock();
        var gate = new TaskCompletionSource();
        var queue = new OutgoingQueue(new Outlet(_ => new ValueTask(gate.Task)), time);
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
        // The clock looks once a second, twice for a question; a farewell may take a second, and the client may not close its side.
        Assert.True(Limits.ProbeAfter + Limits.ProbeAnswerWithin + TimeSpan.FromSeconds(3) + Limits.LinkCloseWithin < CutWithin);
        Assert.True(Limits.OutgoingWaitMax < CutWithin);

        // The queue, two pipes, the socket as Linux counts it.
        Assert.True(Limits.OutgoingBytesMax + 2 * Limits.PipeBytesMax + 2 * Limits.SocketSendBytes <= 1024 * 1024);
    }

    private static async Task Send(HubClient from, Pair pair) =>
        await from.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "Hello" });

    /// <summary>What a front counted as closed since this began.</summary>
    private sealed class ClosedCount : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<string> _reasons = new();

        public ClosedCount(Front front)
        {
            var meters = front.Service<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "chat.hub.closed" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _reasons.Enqueue(string.Join(" by ", tags.ToArray().Select(tag => tag.Value))));
            _listener.Start();
        }

        public IEnumerable<string> Reasons => _reasons;

        public void Dispose() => _listener.Dispose();
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Passed { get; set; } = TimeSpan.FromSeconds(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
