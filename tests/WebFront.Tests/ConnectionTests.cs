using System.Text;
using Chat.Grains;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>What a front does with connections as such: bounds, slow clients, lost pushes, leaving.</summary>
public sealed class ConnectionTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    [Fact]
    public async Task The_21st_connection_of_a_user_is_closed_with_9005_and_the_others_live()
    {
        var person = await fixture.Front.Register(FrontFixture.Unique("user"));
        var clients = new List<HubClient>();
        for (var i = 0; i < Limits.ConnectionsPerUserMax; i++)
        {
            clients.Add(await HubClient.Enter(fixture.Front.Address, person.Token));
        }

        await using var last = await HubClient.Connect(fixture.Front.Address, person.Token);
        var reply = await last.Call("hello", new { protocol = 1, device = Guid.NewGuid(), active = true });

        Assert.False(reply["ok"]!.GetValue<bool>());
        Assert.Equal(9005, (await last.Event("closing"))["code"]!.GetValue<int>());
        await last.Closed;
        await clients[0].Ok("inbox", new { });
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_and_everybody_else_is_served()
    {
        var pair = await fixture.NewPair();
        await using var stuck = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var healthy = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await healthy.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "a" });
        await stuck.Event("message");
        stuck.PauseReading();
        var recipient = fixture.Front.Service<ConnectionDirectory>().Find(pair.Buyer.Id)!;
        var big = OutgoingEvent.Of(new Wire.ResyncEvent(new string('x', 60_000)));
        var slow = recipient.Connections.First();

        // Fills the socket's own buffers first, then the queue.
        await Eventually.True(() =>
        {
            slow.Send(big);
            return Task.FromResult(slow.IsClosing);
        });

        stuck.ResumeReading();
        await stuck.Closed;
        await healthy.Ok("inbox", new { });
    }

    [Fact]
    public async Task A_gap_in_a_links_numbers_tells_everybody_to_resync_and_a_repeat_is_dropped()
    {
        using var data = new Data();
        await using var front = await Front.Start(data);
        var person = await front.Register("anna");
        await using var client = await HubClient.Enter(front.Address, person.Token);
        var to = PrincipalId.Of(person.Id);
        var observer = front.Service<FrontEnd>();

        await observer.Deliver(Batch(1, "first"));
        await observer.Deliver(Batch(1, "first again"));
        await observer.Deliver(Batch(3, "third"));

        Assert.Equal("first", (await client.Event("resync"))["reason"]!.GetValue<string>());
        Assert.Contains("lost", (await client.Event("resync"))["reason"]!.GetValue<string>());
        Assert.Equal("third", (await client.Event("resync"))["reason"]!.GetValue<string>());
        Assert.Empty(client.Kinds());

        FrontBatch Batch(long number, string reason) => new("a link", number, [new Delivery(to, [new ResyncPush(reason)])], []);
    }

    [Fact]
    public async Task A_push_lost_with_the_registration_is_told_by_resync_at_the_next_renewal()
    {
        var pair = await fixture.NewPair();
        var front = fixture.Front;
        await using var buyer = await HubClient.Enter(front.Address, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(front.Address, pair.Seller.Token);
        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "one" });
        await seller.Event("message");

        // What a grain that was put away or moved has lost; the front does not know.
        foreach (var principal in new[] { PrincipalId.Of(pair.Seller.Id), PrincipalId.Of(pair.Store) })
        {
            await front.Grains.Recipient(principal).Detach(front.Service<FrontIdentity>().Id);
        }

        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "two" });
        for (var share = 0; share < new Policy().FrontRenewal.TotalSeconds; share++)
        {
            await front.Service<FrontLeases>().Tick(share);
        }

        Assert.Contains("registration", (await seller.Event("resync"))["reason"]!.GetValue<string>());
        var missed = await seller.Ok("resume", new { positions = new[] { new { conversation = pair.Conversation, change = 1 } } });
        Assert.Equal("two", missed["conversations"]![0]!["messages"]![0]!["body"]!.GetValue<string>());
        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "three" });
        await seller.Event("message", item => item["message"]!["body"]!.GetValue<string>() == "three");
        Assert.DoesNotContain("resync", buyer.Kinds());
    }

    [Fact]
    public async Task Hello_brings_what_was_missed_of_what_is_held_and_nothing_of_strangers()
    {
        var (pair, other) = (await fixture.NewPair(), await fixture.NewPair());
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var stranger = await HubClient.Enter(fixture.Front.Address, other.Buyer.Token);
        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "held" });
        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "missed" });
        await stranger.Ok("send", new { conversation = other.Conversation, id = Guid.CreateVersion7(), body = "not yours" });

        await using var back = await HubClient.Connect(fixture.Front.Address, pair.Seller.Token);
        var positions = new[] { pair.Conversation, other.Conversation }.Select(conversation => new { conversation, change = 1 });
        var hello = await back.Ok("hello", new { protocol = 1, device = Guid.NewGuid(), active = true, positions });
        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "pushed" });

        var answers = hello["resumed"]!.AsArray();
        Assert.Equal(["changes", "gone"], answers.Select(answer => answer!["state"]!.GetValue<string>()));
        Assert.Equal("missed", answers[0]!["messages"]!.AsArray().Single()!["body"]!.GetValue<string>());
        await back.Event("message", item => item["message"]!["body"]!.GetValue<string>() == "pushed");
        Assert.Null((await buyer.Ok("hello", new { protocol = 1, device = Guid.NewGuid(), active = true }))["resumed"]);
    }

    [Fact]
    public async Task Hello_twice_is_answered_twice_and_doubles_no_push()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);

        await buyer.Ok("hello", new { protocol = 1, device = Guid.NewGuid(), active = true });
        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "question" });
        foreach (var body in new[] { "first", "last" })
        {
            await seller.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body });
        }

        await buyer.Event("message", item => item["message"]!["body"]!.GetValue<string>() == "last");
        Assert.Single(buyer.Kinds(), "message");
    }

    [Fact]
    public async Task A_front_that_stops_says_so()
    {
        using var data = new Data();
        var front = await Front.Start(data);
        var person = await front.Register("anna");
        await using var client = await HubClient.Enter(front.Address, person.Token);

        var stopping = front.DisposeAsync();

        var closing = await client.Event("closing");
        Assert.Equal((9004, true), (closing["code"]!.GetValue<int>(), closing["reconnect"]!.GetValue<bool>()));
        Assert.InRange(closing["afterMs"]!.GetValue<int>(), 0, 2_000);
        await client.Closed;
        await stopping;
    }

    [Fact]
    public async Task What_waits_goes_out_as_one_frame_in_order()
    {
        var frames = new List<string>();
        var gate = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var outlet = new Outlet(async message =>
        {
            await gate.Task;
            frames.Add(Encoding.UTF8.GetString(message.GetSerializedMessage(new FrameReader()).Span));
            if (frames.Count == 2)
            {
                done.SetResult();
            }
        });
        var queue = new OutgoingQueue(outlet, TimeProvider.System);

        queue.TryEnqueue(OutgoingEvent.Of(new Wire.ResyncEvent("1")));
        await Eventually.True(() => Task.FromResult(queue.IsWriting));
        queue.TryEnqueue(OutgoingEvent.Of(new Wire.ResyncEvent("2")));
        queue.TryEnqueue(OutgoingEvent.Of(new Wire.ResyncEvent("3")));
        gate.SetResult();
        await done.Task;

        Assert.Equal("""{"type":1,"target":"events","arguments":[[{"t":"resync","reason":"1"}]]}""" + '\u001e', frames[0]);
        Assert.Equal("""{"type":1,"target":"events","arguments":[[{"t":"resync","reason":"2"},{"t":"resync","reason":"3"}]]}""" + '\u001e', frames[1]);
    }

    [Fact]
    public void More_than_256_waiting_events_overflow_once()
    {
        var outlet = new Outlet(_ => new ValueTask(new TaskCompletionSource().Task));
        var queue = new OutgoingQueue(outlet, TimeProvider.System);
        var item = OutgoingEvent.Of(new Wire.ResyncEvent("x"));

        var taken = Enumerable.Range(0, 300).Count(_ => queue.TryEnqueue(item));

        Assert.Equal((Limits.OutgoingPushesMax, 1), (taken, outlet.Overflows));
    }
}
