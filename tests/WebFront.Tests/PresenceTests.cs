using System.Diagnostics;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>The dot of a store, live.</summary>
public sealed class PresenceTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    private static bool Shows(JsonObject item, string store, string status) =>
        item["stores"]!.AsArray().Any(one => one!["store"]!.GetValue<string>() == store && one["status"]!.GetValue<string>() == status);

    [Fact]
    public async Task Watchers_see_a_store_come_and_go_with_its_agents()
    {
        var pair = await fixture.NewPair();
        var store = pair.Store.Value;
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        var first = await buyer.Ok("watch", new { stores = new[] { store, "no-such-store" } });
        Assert.Equal("offline", first["presence"]!.AsArray().Single()!["status"]!.GetValue<string>());

        var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        await buyer.Event("presence", item => Shows(item, store, "online"));
        var again = await buyer.Ok("watch", new { stores = new[] { store } });
        Assert.Equal("online", again["presence"]![0]!["status"]!.GetValue<string>());

        await seller.DisposeAsync();
        var left = await buyer.Event("presence", item => Shows(item, store, "offline"));
        Assert.NotNull(left["stores"]![0]!["lastSeen"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watchers_are_told_within_2_s_that_the_last_agent_has_left_or_lost_the_socket(bool politely)
    {
        var pair = await fixture.NewPair();
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await buyer.Ok("watch", new { stores = new[] { pair.Store.Value } });
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        await buyer.Event("presence", item => Shows(item, pair.Store.Value, "online"));

        var left = Stopwatch.GetTimestamp();
        await (politely ? seller.Leave() : seller.DisposeAsync().AsTask());

        await buyer.Event("presence", item => Shows(item, pair.Store.Value, "offline"));
        Assert.True(Stopwatch.GetElapsedTime(left) < TimeSpan.FromSeconds(2), $"It took {Stopwatch.GetElapsedTime(left)}.");
    }

    [Fact]
    public async Task Off_duty_agents_do_not_count_and_the_answer_tells_the_new_presence()
    {
        var pair = await fixture.NewPair();
        var store = pair.Store.Value;
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await buyer.Ok("watch", new { stores = new[] { store } });

        var off = await seller.Ok("duty", new { store, onDuty = false });
        await buyer.Event("presence", item => Shows(item, store, "offline"));
        var on = await seller.Ok("duty", new { store, onDuty = true });
        await buyer.Event("presence", item => Shows(item, store, "online"));

        Assert.Equal("offline", off["presence"]!["status"]!.GetValue<string>());
        Assert.Equal("online", on["presence"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_change_after_a_quiet_while_is_told_at_once_and_what_follows_together()
    {
        var gather = TimeSpan.FromSeconds(1);
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Policy:PresenceGather=00:00:01");
        var owner = await front.Register(FrontFixture.Unique("owner"));
        var stores = new List<string>();
        foreach (var name in new[] { "first", "second", "third" })
        {
            stores.Add((await front.Open(FrontFixture.Unique(name), owner.Id)).Value);
        }

        await using var seller = await HubClient.Enter(front.Address, owner.Token);
        await using var buyer = await HubClient.Enter(front.Address, (await front.Register(FrontFixture.Unique("buyer"))).Token);
        await buyer.Ok("watch", new { stores });
        await Eventually.True(async () => (await buyer.Ok("watch", new { stores }))["presence"]!.AsArray().All(one => one!["status"]!.GetValue<string>() == "online"));
        await Task.Delay(gather);

        var began = Stopwatch.GetTimestamp();
        await seller.Ok("duty", new { store = stores[0], onDuty = false });
        await buyer.Event("presence", item => Shows(item, stores[0], "offline"));
        Assert.True(Stopwatch.GetElapsedTime(began) < gather, $"It took {Stopwatch.GetElapsedTime(began)}.");

        await Task.WhenAll(stores[1..].Select(store => seller.Ok("duty", new { store, onDuty = false })));
        var together = await buyer.Event("presence", item => Shows(item, stores[1], "offline"));
        Assert.True(Shows(together, stores[2], "offline"), together.ToJsonString());
    }

    [Fact]
    public async Task Each_watcher_is_told_of_its_own_stores_and_those_who_look_at_the_same_read_the_same()
    {
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Policy:PresenceGather=00:00:01");
        var owner = await front.Register(FrontFixture.Unique("owner"));
        string[] stores = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(async i => (await front.Open(FrontFixture.Unique($"store{i}"), owner.Id)).Value))];
        await using var seller = await HubClient.Enter(front.Address, owner.Token);
        var watchers = new List<(HubClient Client, string[] Stores)>();
        foreach (var watched in new string[][] { stores, [stores[2], stores[1], stores[0]], [stores[0]], [stores[0], stores[2]], [stores[1]] })
        {
            var client = await HubClient.Enter(front.Address, (await front.Register(FrontFixture.Unique("buyer"))).Token);
            watchers.Add((client, watched));
            await Eventually.True(async () =>
                (await client.Ok("watch", new { stores = watched }))["presence"]!.AsArray().All(one => one!["status"]!.GetValue<string>() == "online"));
        }

        // The first is told at once; the others wait for the rest of that second, and then for one another.
        await seller.Ok("duty", new { store = stores[0], onDuty = false });
        await watchers[2].Client.Event("presence", item => Shows(item, stores[0], "offline"));
        await seller.Ok("duty", new { store = stores[0], onDuty = true });
        await seller.Ok("duty", new { store = stores[1], onDuty = false });
        await seller.Ok("duty", new { store = stores[2], onDuty = false });

        var told = new List<string>();
        foreach (var (client, watched) in watchers)
        {
            var last = watched.Contains(stores[2]) ? (stores[2], "offline") : watched.Contains(stores[1]) ? (stores[1], "offline") : (stores[0], "online");
            var item = await client.Event("presence", item => Shows(item, last.Item1, last.Item2));
            Assert.Equal(watched.Order(), item["stores"]!.AsArray().Select(one => one!["store"]!.GetValue<string>()).Order());
            told.Add(item.ToJsonString());
            await client.DisposeAsync();
        }

        Assert.Equal(told[0], told[1]);
    }

    [Fact]
    public async Task A_crowd_larger_than_one_turn_is_told_also_when_changes_are_not_gathered()
    {
        const int crowd = 600;
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Policy:PresenceGather=00:00:00");
        var owner = await front.Register(FrontFixture.Unique("owner"));
        var store = (await front.Open(FrontFixture.Unique("store"), owner.Id)).Value;
        await using var seller = await HubClient.Enter(front.Address, owner.Token);
        var buyer = await front.Register(FrontFixture.Unique("buyer"));
        var clients = new List<HubClient>();
        for (var i = 0; i < crowd; i++)
        {
            if (i % Limits.ConnectionsPerUserMax == 0)
            {
                buyer = await front.Register(FrontFixture.Unique("buyer"));
            }

            clients.Add(await HubClient.Enter(front.Address, buyer.Token));
            await clients[^1].Ok("watch", new { stores = new[] { store } });
        }

        foreach (var onDuty in new[] { false, true, false })
        {
            await seller.Ok("duty", new { store, onDuty });
        }

        await Task.WhenAll(clients.Select(client => client.Event("presence", item => Shows(item, store, "offline"))));
        await Eventually.True(async () => (await clients[0].Ok("watch", new { stores = new[] { store } }))["presence"]![0]!["status"]!.GetValue<string>() == "offline");
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task An_idle_agent_makes_the_store_away_and_the_first_activity_brings_it_back()
    {
        var pair = await fixture.NewPair();
        var store = pair.Store.Value;
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var seller = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        await buyer.Ok("watch", new { stores = new[] { store } });
        await Eventually.True(async () =>
            (await buyer.Ok("watch", new { stores = new[] { store } }))["presence"]![0]!["status"]!.GetValue<string>() == "online");

        await seller.Ok("activity", new { active = false });
        var idle = fixture.Front.Service<ConnectionDirectory>().Find(pair.Seller.Id)!.Connections.Single();
        idle.LastActive -= new Policy().AwayAfter;
        await buyer.Event("presence", item => Shows(item, store, "away"));

        await seller.Ok("activity", new { active = true });
        await buyer.Event("presence", item => Shows(item, store, "online"));
    }

    [Fact]
    public async Task The_second_agent_keeps_the_store_online()
    {
        var pair = await fixture.NewPair();
        var colleague = await fixture.Front.Register(FrontFixture.Unique("agent"));
        await fixture.Front.Open(pair.Store.Value, pair.Seller.Id, colleague.Id);
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        var first = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        var second = await HubClient.Enter(fixture.Front.Address, colleague.Token);

        await first.DisposeAsync();
        await Eventually.True(async () =>
            (await buyer.Ok("watch", new { stores = new[] { pair.Store.Value } }))["presence"]![0]!["status"]!.GetValue<string>() == "online");
        await buyer.Ok("watch", new { stores = new[] { pair.Store.Value } });
        await second.DisposeAsync();

        await buyer.Event("presence", item => Shows(item, pair.Store.Value, "offline"));
    }

    [Fact]
    public async Task A_new_agent_is_told_of_the_store_and_may_answer_at_once()
    {
        var pair = await fixture.NewPair();
        var colleague = await fixture.Front.Register(FrontFixture.Unique("agent"));
        await using var client = await HubClient.Enter(fixture.Front.Address, colleague.Token);
        await using var buyer = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await buyer.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "anybody there?" });

        await fixture.Front.Open(pair.Store.Value, pair.Seller.Id, colleague.Id);

        var told = await client.Event("stores");
        Assert.Equal(pair.Store.Value, told["stores"]![0]!["id"]!.GetValue<string>());
        await client.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "yes" });
        Assert.Equal("s:" + pair.Store, (await buyer.Event("message"))["message"]!["sender"]!.GetValue<string>());
    }
}
