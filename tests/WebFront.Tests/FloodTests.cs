using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>What one person may not do to all the others.</summary>
public sealed class FloodTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    [Fact]
    public async Task A_person_who_floods_is_refused_then_kept_away_and_let_in_again()
    {
        var pair = await fixture.NewPair();
        var clients = new List<HubClient>();
        for (var i = 0; i < 4; i++)
        {
            clients.Add(await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token));
        }

        var answers = await Task.WhenAll(clients.Select(client => Flood(client, pair.Conversation)));
        var refused = answers.SelectMany(all => all).Where(answer => !answer.Ok).ToArray();
        var accepted = answers.SelectMany(all => all).Where(answer => answer.Ok).Select(answer => answer.Id).ToArray();
        foreach (var client in clients)
        {
            await client.Closed;
        }

        Assert.InRange(refused.Length, 100, Limits.FloodRefusalsMax + 100 * Limits.FloodRefusalsPerSecond);
        Assert.All(refused, answer => Assert.Equal(3011, answer.Code));
        Assert.All(refused, answer => Assert.InRange(answer.RetryAfterMs!.Value, 1, 1_000));
        await using (var away = await HubClient.Connect(fixture.Front.Address, pair.Buyer.Token))
        {
            var closing = await away.Event("closing");
            Assert.Equal((9006, true), (closing["code"]!.GetValue<int>(), closing["reconnect"]!.GetValue<bool>()));
            Assert.InRange(closing["afterMs"]!.GetValue<long>(), 1, (long)Limits.FloodKeptAway.TotalMilliseconds);
            await Task.Delay((int)closing["afterMs"]!.GetValue<long>() + 50);
        }

        await using var back = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        var stored = new List<string>();
        for (long before = 0; ;)
        {
            var page = await back.Ok("history", before == 0 ? new { conversation = pair.Conversation, limit = 100 } : new { conversation = pair.Conversation, limit = 100, before });
            stored.AddRange(page["messages"]!.AsArray().Select(message => message!["id"]!.GetValue<string>()));
            if (!page["hasMore"]!.GetValue<bool>())
            {
                break;
            }

            before = page["messages"]![0]!["seq"]!.GetValue<long>();
        }

        // What was accepted is there; what was answered with a refusal is not.
        Assert.Empty(accepted.Except(stored));
        Assert.Empty(refused.Select(answer => answer.Id).Intersect(stored));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Leaving_and_coming_back_fills_no_budget()
    {
        var pair = await fixture.NewPair();
        var burst = new Policy().SendBurst;
        await using (var first = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token))
        {
            await Task.WhenAll(Enumerable.Range(0, burst).Select(_ => first.Call("send", Message(pair))));
            await first.Leave();
            await first.Closed;
        }

        await using var second = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        var replies = await Task.WhenAll(Enumerable.Range(0, burst).Select(_ => second.Call("send", Message(pair))));

        Assert.Contains(replies, reply => reply["error"]?["code"]!.GetValue<int>() == 3011);
    }

    [Fact]
    public async Task Calls_beyond_the_budget_are_3011_and_work_after_the_wait_while_sends_go_on()
    {
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Policy:CallBurst=100", "--Chat:Policy:CallsPerSecond=20");
        var buyer = await front.Register("anna");
        var seller = await front.Register("bert");
        var store = await front.Open("shop", seller.Id);
        await using var client = await HubClient.Enter(front.Address, buyer.Token);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.Call("inbox", new { })));
        var refusal = replies.First(reply => !reply["ok"]!.GetValue<bool>())["error"]!;
        await client.Ok("send", new { conversation = ConversationId.Between(buyer.Id, store).Value, id = Guid.CreateVersion7(), body = "still heard" });
        await Task.Delay(refusal["retryAfterMs"]!.GetValue<int>() + 1_000);

        Assert.Equal(3011, refusal["code"]!.GetValue<int>());
        Assert.InRange(refusal["retryAfterMs"]!.GetValue<int>(), 1, 1_000);
        await client.Ok("inbox", new { });
    }

    [Fact]
    public async Task Requests_beyond_the_burst_are_429_with_retry_after_and_others_are_served()
    {
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Policy:RequestBurst=10", "--Chat:Policy:RequestsPerSecond=1");
        var loud = await front.Register("loud");
        var quiet = await front.Register("quiet");
        HttpResponseMessage answer;
        var asked = 0;
        do
        {
            answer = await front.Send(HttpMethod.Get, "/api/me", loud.Token);
        }
        while (answer.IsSuccessStatusCode && ++asked < 30);

        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        Assert.InRange(asked, 10, 15);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal((3011, true), (error["code"]!.GetValue<int>(), error["temporary"]!.GetValue<bool>()));
        Assert.Equal(error["retryAfterMs"]!.GetValue<long>(), (long)answer.Headers.RetryAfter!.Delta!.Value.TotalMilliseconds);
        Assert.Equal(HttpStatusCode.TooManyRequests, await Upgrade(front, loud.Token));
        Assert.True((await front.Send(HttpMethod.Get, "/api/me", quiet.Token)).IsSuccessStatusCode);
        Assert.True((await front.Send(HttpMethod.Get, "/health/live")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Sockets_without_hello_count_too()
    {
        var person = await fixture.Front.Register(FrontFixture.Unique("user"));
        var clients = new List<HubClient>();
        for (var i = 0; i < Limits.SocketsPerUserMax; i++)
        {
            clients.Add(await HubClient.Connect(fixture.Front.Address, person.Token));
        }

        await using var last = await HubClient.Connect(fixture.Front.Address, person.Token);

        Assert.Equal(9005, (await last.Event("closing"))["code"]!.GetValue<int>());
        await last.Closed;
        Assert.Empty(clients[0].Kinds());
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Budgets_of_people_who_left_are_forgotten_when_they_are_full_again()
    {
        var budgets = fixture.Front.Service<PersonBudgets>();
        int remembered;
        var person = await fixture.Front.Register(FrontFixture.Unique("user"));
        await using (await HubClient.Enter(fixture.Front.Address, person.Token))
        {
            // Whoever left in another test may be forgotten at any moment.
            budgets.Tick();
            remembered = budgets.Count;
            Assert.NotEqual(0, remembered);
        }

        await Eventually.True(() =>
        {
            budgets.Tick();
            return Task.FromResult(budgets.Count < remembered);
        });
    }

    private static object Message(Pair pair) => new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "x" };

    private static async Task<HttpStatusCode> Upgrade(Front front, string token)
    {
        var refused = await Assert.ThrowsAsync<ConnectRefusedException>(() => HubClient.Connect(front.Address, token));
        return (HttpStatusCode)refused.Status;
    }

    /// <summary>Sends as fast as the socket takes it, until it is cut.</summary>
    private static async Task<List<Answer>> Flood(HubClient client, string conversation)
    {
        var calls = new List<(string Id, Task<JsonObject> Reply)>();
        try
        {
            while (!client.IsClosed)
            {
                var id = Guid.CreateVersion7().ToString();
                calls.Add((id, await client.Start("send", $$"""{"conversation":"{{conversation}}","id":"{{id}}","body":"flood"}""")));
            }
        }
        catch (Exception error) when (error is System.Net.WebSockets.WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut, as it should be.
        }

        // A call written after the last frame was read is never answered: nobody was told, it may or may not be stored.
        await client.Closed;
        var answers = new List<Answer>();
        foreach (var (id, reply) in calls)
        {
            if (reply.IsCompletedSuccessfully)
            {
                var result = (await reply)["result"]!;
                answers.Add(new Answer(id, result["ok"]!.GetValue<bool>(), result["error"]?["code"]!.GetValue<int>(), result["error"]?["retryAfterMs"]?.GetValue<long>()));
            }
        }

        return answers;
    }

    private sealed record Answer(string Id, bool Ok, int? Code, long? RetryAfterMs);
}
