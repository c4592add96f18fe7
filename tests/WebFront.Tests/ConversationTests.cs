using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>Two people talk through one front end.</summary>
public sealed class ConversationTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    private Uri Server => fixture.Front.Address;

    private static object Message(Pair pair, string body, Guid? id = null) => new { conversation = pair.Conversation, id = id ?? Guid.CreateVersion7(), body };

    private static int Code(JsonObject reply) => reply["error"]!["code"]!.GetValue<int>();

    [Fact]
    public async Task A_message_reaches_every_connection_of_both_sides_but_the_senders_own()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var tablet = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(Server, pair.Seller.Token);

        var sent = await buyer.Ok("send", Message(pair, "Is it still there?"));

        var pushed = await seller.Event("message");
        Assert.Equal("Is it still there?", pushed["message"]!["body"]!.GetValue<string>());
        Assert.Equal("u:" + pair.Buyer.Id, pushed["message"]!["sender"]!.GetValue<string>());
        Assert.Equal(sent["seq"]!.GetValue<long>(), pushed["message"]!["seq"]!.GetValue<long>());
        Assert.Equal(pushed.ToJsonString(), (await tablet.Event("message")).ToJsonString());

        await seller.Ok("send", Message(pair, "It is."));
        Assert.Equal("It is.", (await buyer.Event("message"))["message"]!["body"]!.GetValue<string>());
        Assert.DoesNotContain("message", buyer.Kinds());
    }

    [Fact]
    public async Task Sends_of_one_connection_keep_their_order_without_waiting_for_each_other()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);

        var calls = new List<Task<JsonObject>>();
        for (var i = 1; i <= 30; i++)
        {
            calls.Add(await buyer.Start("send", $$"""{"conversation":"{{pair.Conversation}}","id":"{{Guid.CreateVersion7()}}","body":"{{i}}"}"""));
        }

        var replies = await Task.WhenAll(calls);

        Assert.Equal(Enumerable.Range(1, 30), replies.Select(reply => reply["result"]!["seq"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_repeat_from_the_same_or_another_connection_returns_the_original_reply()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var tablet = await HubClient.Enter(Server, pair.Buyer.Token);
        var id = Guid.CreateVersion7();

        var first = await buyer.Ok("send", Message(pair, "once", id));
        var again = await buyer.Ok("send", Message(pair, "once", id));
        var elsewhere = await tablet.Ok("send", Message(pair, "once", id));
        var conflict = await tablet.Call("send", Message(pair, "twice", id));

        Assert.False(first["duplicate"]!.GetValue<bool>());
        foreach (var repeat in new[] { again, elsewhere })
        {
            Assert.True(repeat["duplicate"]!.GetValue<bool>());
            Assert.Equal(first["seq"]!.GetValue<long>(), repeat["seq"]!.GetValue<long>());
            Assert.Equal(first["sentAt"]!.GetValue<long>(), repeat["sentAt"]!.GetValue<long>());
        }

        Assert.Equal(3005, Code(conflict));
        var history = await buyer.Ok("history", new { conversation = pair.Conversation, limit = 10 });
        Assert.Single(history["messages"]!.AsArray());
    }

    [Fact]
    public async Task Everything_acknowledged_is_there_after_a_restart_and_repeats_still_get_their_answer()
    {
        using var data = new Data();
        var id = Guid.CreateVersion7();
        Person buyer;
        JsonObject first;
        string conversation;
        await using (var front = await Front.Start(data))
        {
            buyer = await front.Register("anna");
            var seller = await front.Register("bert");
            var store = await front.Open("shop", seller.Id);
            conversation = ConversationId.Between(buyer.Id, store).Value;
            await using var client = await HubClient.Enter(front.Address, buyer.Token);
            first = await client.Ok("send", new { conversation, id, body = "before" });
        }

        await using var restarted = await Front.Start(data);
        await using var again = await HubClient.Enter(restarted.Address, buyer.Token);
        var repeat = await again.Ok("send", new { conversation, id, body = "before" });
        var history = await again.Ok("history", new { conversation, limit = 10 });

        Assert.True(repeat["duplicate"]!.GetValue<bool>());
        Assert.Equal(first["seq"]!.GetValue<long>(), repeat["seq"]!.GetValue<long>());
        Assert.Equal("before", history["messages"]!.AsArray().Single()!["body"]!.GetValue<string>());
    }

    [Fact]
    public async Task Marks_rise_are_told_to_the_other_side_and_empty_the_unread_count()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(Server, pair.Seller.Token);
        await buyer.Ok("send", Message(pair, "1"));
        await buyer.Ok("send", Message(pair, "2"));
        var store = pair.Store.Value;
        var before = await seller.Ok("inbox", new { store });
        Assert.Equal(2, before["conversations"]![0]!["unread"]!.GetValue<int>());
        Assert.True(before["conversations"]![0]!["waitingSince"]!.GetValue<long>() > 0);

        var marks = await seller.Ok("mark", new { conversation = pair.Conversation, read = 2 });
        var lower = await seller.Ok("mark", new { conversation = pair.Conversation, delivered = 1 });

        Assert.Equal((2, 2), (marks["delivered"]!.GetValue<int>(), marks["read"]!.GetValue<int>()));
        Assert.Equal(marks.ToJsonString(), lower.ToJsonString());
        var receipt = await buyer.Event("receipt");
        Assert.Equal(("s:" + store, 2), (receipt["member"]!.GetValue<string>(), receipt["read"]!.GetValue<int>()));
        var after = await seller.Ok("inbox", new { store });
        Assert.Equal(0, after["unread"]!["messages"]!.GetValue<int>());
        Assert.Equal(0, after["conversations"]![0]!["unread"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_is_read_in_one_tab_is_read_in_the_other()
    {
        var pair = await fixture.NewPair();
        await using var tab = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var other = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(Server, pair.Seller.Token);
        await tab.Ok("send", Message(pair, "hello"));
        await seller.Ok("send", Message(pair, "hello to you"));
        await tab.Event("message");

        await tab.Ok("mark", new { conversation = pair.Conversation, read = 2 });

        var receipt = await other.Event("receipt", item => item["read"]!.GetValue<long>() == 2);
        Assert.Equal("u:" + pair.Buyer.Id, receipt["member"]!.GetValue<string>());
        Assert.Equal(0, (await other.Ok("inbox", new { }))["unread"]!["messages"]!.GetValue<int>());
    }

    [Fact]
    public async Task Typing_is_shown_to_the_other_side_at_most_every_two_seconds()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(Server, pair.Seller.Token);
        await buyer.Ok("send", Message(pair, "hello"));
        await seller.Event("message");

        await buyer.Ok("typing", new { conversation = pair.Conversation });
        await buyer.Ok("typing", new { conversation = pair.Conversation });
        var typing = await seller.Event("typing");
        await buyer.Ok("send", Message(pair, "the end"));
        await seller.Event("message");

        Assert.Equal(pair.Buyer.Id.Value, typing["by"]!.GetValue<string>());
        Assert.DoesNotContain("typing", seller.Kinds());
    }

    [Fact]
    public async Task History_pages_back_from_the_head()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);
        for (var i = 1; i <= 5; i++)
        {
            await buyer.Ok("send", Message(pair, $"{i}"));
        }

        var newest = await buyer.Ok("history", new { conversation = pair.Conversation, limit = 2 });
        var older = await buyer.Ok("history", new { conversation = pair.Conversation, before = 4, limit = 3 });

        Assert.Equal(["4", "5"], Bodies(newest));
        Assert.True(newest["hasMore"]!.GetValue<bool>());
        Assert.Equal(["1", "2", "3"], Bodies(older));
        Assert.False(older["hasMore"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Resume_brings_what_was_missed_a_reset_beyond_300_and_gone_to_strangers()
    {
        await using var front = await Front.Start(new Data(), "--Chat:Policy:SendBurst=1000");
        var buyer = await front.Register("anna");
        var seller = await front.Register("bert");
        var stranger = await front.Register("carl");
        var store = await front.Open("shop", seller.Id);
        var conversation = ConversationId.Between(buyer.Id, store).Value;
        await using var client = await HubClient.Enter(front.Address, buyer.Token);
        await using var eve = await HubClient.Enter(front.Address, stranger.Token);
        foreach (var chunk in Enumerable.Range(1, 302).Chunk(50))
        {
            var calls = new List<Task<JsonObject>>();
            foreach (var i in chunk)
            {
                calls.Add(await client.Start("send", $$"""{"conversation":"{{conversation}}","id":"{{Guid.CreateVersion7()}}","body":"{{i}}"}"""));
            }

            await Task.WhenAll(calls);
        }

        async Task<JsonNode> Resume(HubClient who, long change) =>
            (await who.Ok("resume", new { positions = new[] { new { conversation, change } } }))["conversations"]![0]!;

        var caughtUp = await Resume(client, 302);
        var changes = await Resume(client, 2);
        var tooMuch = await Resume(client, 1);
        var ahead = await Resume(client, 1_000);
        var gone = await Resume(eve, 0);

        Assert.Equal("caught_up", caughtUp["state"]!.GetValue<string>());
        Assert.Equal(302, caughtUp["summary"]!["head"]!.GetValue<int>());
        Assert.Equal("changes", changes["state"]!.GetValue<string>());
        Assert.Equal(Enumerable.Range(3, 300), changes["messages"]!.AsArray().Select(message => message!["change"]!.GetValue<int>()));
        Assert.Equal("reset", tooMuch["state"]!.GetValue<string>());
        Assert.Equal("reset", ahead["state"]!.GetValue<string>());
        Assert.Equal($$"""{"conversation":"{{conversation}}","state":"gone"}""", gone.ToJsonString());
    }

    [Fact]
    public async Task A_stranger_gets_the_same_answers_as_for_what_does_not_exist()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);
        await buyer.Ok("send", Message(pair, "private"));
        var stranger = await fixture.Front.Register(FrontFixture.Unique("stranger"));
        await using var eve = await HubClient.Enter(Server, stranger.Token);
        var missing = "nobody-here~no-store-here";

        foreach (var method in new[] { "send", "history", "mark", "typing" })
        {
            var real = await eve.Call(method, new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "x", limit = 5, read = 1 });
            var none = await eve.Call(method, new { conversation = missing, id = Guid.CreateVersion7(), body = "x", limit = 5, read = 1 });
            Assert.Equal(3001, Code(real));
            Assert.Equal(none.ToJsonString(), real.ToJsonString());
        }

        var realMissed = await eve.Ok("resume", new { positions = new[] { new { conversation = pair.Conversation, change = 0 } } });
        var noneMissed = await eve.Ok("resume", new { positions = new[] { new { conversation = missing, change = 0 } } });
        Assert.Equal(noneMissed.ToJsonString(), realMissed.ToJsonString().Replace(pair.Conversation, missing));
        var realStore = await eve.Call("inbox", new { store = pair.Store.Value });
        var noStore = await eve.Call("inbox", new { store = "no-store-here" });
        Assert.Equal(noStore.ToJsonString(), realStore.ToJsonString());
        var realDuty = await eve.Call("duty", new { store = pair.Store.Value, onDuty = true });
        var noDuty = await eve.Call("duty", new { store = "no-store-here", onDuty = true });
        Assert.Equal(noDuty.ToJsonString(), realDuty.ToJsonString());
    }

    [Fact]
    public async Task A_buyer_contacts_a_store_before_anything_is_stored_and_an_agent_cannot()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(Server, pair.Seller.Token);

        var contact = await buyer.Ok("contact", new { store = pair.Store.Value });
        var own = await seller.Call("contact", new { store = pair.Store.Value });

        Assert.Equal(pair.Conversation, contact["conversation"]!["conversation"]!.GetValue<string>());
        Assert.Equal(0, contact["conversation"]!["head"]!.GetValue<int>());
        Assert.Equal("The " + pair.Store, contact["conversation"]!["store"]!["name"]!.GetValue<string>());
        Assert.Equal(3007, Code(own));
        Assert.Empty((await buyer.Ok("inbox", new { }))["conversations"]!.AsArray());
    }

    [Fact]
    public async Task Too_many_messages_are_3011_with_a_time_and_the_rest_goes_through()
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(Server, pair.Buyer.Token);

        var calls = new List<Task<JsonObject>>();
        for (var i = 0; i < 60; i++)
        {
            calls.Add(await buyer.Start("send", $$"""{"conversation":"{{pair.Conversation}}","id":"{{Guid.CreateVersion7()}}","body":"{{i}}"}"""));
        }

        var replies = (await Task.WhenAll(calls)).Select(reply => reply["result"]!.AsObject()).ToList();
        var refused = replies.Where(reply => !reply["ok"]!.GetValue<bool>()).ToList();

        Assert.NotEmpty(refused);
        Assert.All(refused, reply => Assert.Equal(3011, Code(reply)));
        Assert.All(refused, reply => Assert.InRange(reply["error"]!["retryAfterMs"]!.GetValue<int>(), 1, 1_000));
        Assert.True(replies.Count - refused.Count >= 30);
    }

    [Fact]
    public async Task The_inbox_pages_by_cursor_newest_first()
    {
        var buyer = await fixture.Front.Register(FrontFixture.Unique("buyer"));
        var seller = await fixture.Front.Register(FrontFixture.Unique("seller"));
        await using var client = await HubClient.Enter(Server, buyer.Token);
        var expected = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var store = await fixture.Front.Open(FrontFixture.Unique("store"), seller.Id);
            var conversation = ConversationId.Between(buyer.Id, store).Value;
            await client.Ok("send", new { conversation, id = Guid.CreateVersion7(), body = "hi" });
            expected.Insert(0, conversation);
        }

        var seen = new List<string>();
        string? before = null;
        do
        {
            var page = await client.Ok("inbox", new { before, limit = 2 });
            seen.AddRange(page["conversations"]!.AsArray().Select(summary => summary!["conversation"]!.GetValue<string>()));
            before = page["next"]?.GetValue<string>();
        }
        while (before is not null);

        Assert.Equal(expected, seen);
    }

    private static IEnumerable<string> Bodies(JsonObject page) => page["messages"]!.AsArray().Select(message => message!["body"]!.GetValue<string>());
}
