using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.WebFront.Auth;
using Chat.WebFront.Connections;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>Accounts, tokens, sessions, origins.</summary>
public sealed class AuthTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    private Front Front => fixture.Front;

    private static async Task<(HttpStatusCode Status, int Code)> Refusal(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
        Assert.False(body!["ok"]!.GetValue<bool>());
        return (answer.StatusCode, body["error"]!["code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("Bad Name", "Anna", "correct horse", 2004)]
    [InlineData("", "Anna", "correct horse", 2004)]
    [InlineData("anna", "  ", "correct horse", 2004)]
    [InlineData("anna", "a\u0007b", "correct horse", 2004)]
    [InlineData("anna", "Anna", "short", 2005)]
    [InlineData("anna", "Anna", "Password1", 2005)]
    public async Task Registration_refuses_bad_names_and_weak_passwords(string name, string displayName, string password, int code)
    {
        var answer = await Front.Send(HttpMethod.Post, "/api/accounts", body: new { name, displayName, password });

        Assert.Equal((HttpStatusCode.BadRequest, code), await Refusal(answer));
    }

    [Fact]
    public async Task A_body_that_is_not_the_documented_object_is_1001()
    {
        foreach (var content in new[] { "", "[]", "{\"name\":5}", "{\"name\":\"a\\ud800\",\"password\":\"x\"}", "{" + new string(' ', 50_000) + "}" })
        {
            using var body = new StringContent(content, System.Text.Encoding.UTF8, "application/json");
            using var answer = await Front.Http.PostAsync("/api/sessions", body);
            Assert.Equal((HttpStatusCode.BadRequest, 1001), await Refusal(answer));
        }
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        var name = FrontFixture.Unique("twin");
        await Front.Register(name);

        var answer = await Front.Send(HttpMethod.Post, "/api/accounts", body: new { name, displayName = "Other", password = "another password" });

        Assert.Equal((HttpStatusCode.Conflict, 2003), await Refusal(answer));
    }

    [Fact]
    public async Task Sign_in_answers_the_same_for_a_wrong_name_and_a_wrong_password()
    {
        var name = FrontFixture.Unique("user");
        await Front.Register(name);

        var wrongPassword = await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name, password = "not the password" });
        var wrongName = await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name = name + "x", password = "not the password" });
        var right = await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name, password = "correct horse battery" });

        Assert.Equal(await wrongPassword.Content.ReadAsStringAsync(), await wrongName.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.Unauthorized, 2002), await Refusal(wrongName));
        Assert.Equal("The " + name, (await right.Content.ReadFromJsonAsync<JsonObject>())!["user"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Failed_attempts_on_one_account_are_2006_after_ten_even_with_the_right_password()
    {
        var name = FrontFixture.Unique("victim");
        await Front.Register(name);
        for (var i = 0; i < 10; i++)
        {
            await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name, password = $"guess number {i}" });
        }

        var answer = await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name, password = "correct horse battery" });

        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal((HttpStatusCode.TooManyRequests, 2006), await Refusal(answer));
    }

    [Fact]
    public async Task One_address_is_limited_over_all_accounts()
    {
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Auth:AttemptsBurst=3", "--Chat:Auth:AttemptsPerMinute=1");
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await front.Send(HttpMethod.Post, "/api/sessions", body: new { name = $"user{i}", password = "some password" }));
        }

        Assert.Equal((HttpStatusCode.Unauthorized, 2002), await Refusal(answers[2]));
        Assert.Equal((HttpStatusCode.TooManyRequests, 2006), await Refusal(answers[3]));
    }

    [Fact]
    public async Task Me_and_the_hub_need_a_valid_token()
    {
        Assert.Equal((HttpStatusCode.Unauthorized, 2001), await Refusal(await Front.Send(HttpMethod.Get, "/api/me")));
        Assert.Equal((HttpStatusCode.Unauthorized, 2001), await Refusal(await Front.Send(HttpMethod.Get, "/api/me", "not.a.token")));
        var person = await Front.Register(FrontFixture.Unique("user"));
        Assert.Equal((HttpStatusCode.Unauthorized, 2001), await Refusal(await Front.Http.GetAsync($"/api/me?access_token={person.Token}")));
        Assert.Equal(HttpStatusCode.OK, (await Front.Send(HttpMethod.Get, "/api/me", person.Token)).StatusCode);

        Assert.Equal(401, (await Assert.ThrowsAsync<ConnectRefusedException>(() => HubClient.Connect(Front.Address, null))).Status);
        Assert.Equal(401, (await Assert.ThrowsAsync<ConnectRefusedException>(() => HubClient.Connect(Front.Address, person.Token + "x"))).Status);
    }

    [Fact]
    public async Task Signing_out_closes_the_sessions_sockets_with_9002_and_spends_the_token()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(Front.Address, pair.Buyer.Token);
        var second = await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name = pair.Buyer.Id.Value, password = "correct horse battery" });
        var other = (await second.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
        await using var elsewhere = await HubClient.Enter(Front.Address, other);

        var answer = await Front.Send(HttpMethod.Delete, "/api/sessions/current", pair.Buyer.Token);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var closing = await client.Event("closing");
        Assert.Equal((9002, false), (closing["code"]!.GetValue<int>(), closing["reconnect"]!.GetValue<bool>()));
        await client.Closed;
        Assert.Equal((HttpStatusCode.Unauthorized, 2007), await Refusal(await Front.Send(HttpMethod.Get, "/api/me", pair.Buyer.Token)));
        Assert.Equal(401, (await Assert.ThrowsAsync<ConnectRefusedException>(() => HubClient.Connect(Front.Address, pair.Buyer.Token))).Status);
        await elsewhere.Ok("inbox", new { });
    }

    [Fact]
    public async Task Renewal_gives_another_token_of_the_same_session()
    {
        var person = await Front.Register(FrontFixture.Unique("user"));

        var answer = await Front.Send(HttpMethod.Post, "/api/sessions/current/renew", person.Token);
        var renewed = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
        await Front.Send(HttpMethod.Delete, "/api/sessions/current", renewed);

        Assert.Equal((HttpStatusCode.Unauthorized, 2007), await Refusal(await Front.Send(HttpMethod.Get, "/api/me", person.Token)));
    }

    [Fact]
    public async Task A_socket_whose_token_runs_out_is_closed_with_9001()
    {
        var person = await Front.Register(FrontFixture.Unique("user"));
        await using var client = await HubClient.Enter(Front.Address, person.Token);
        var identity = await Front.Service<TokenReader>().Read(person.Token);

        Front.Service<ExpiryWheel>().Tick(identity!.ExpiresAt);

        var closing = await client.Event("closing");
        Assert.Equal((9001, true), (closing["code"]!.GetValue<int>(), closing["reconnect"]!.GetValue<bool>()));
        await client.Closed;
    }

    [Theory]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("https://shop.example.evil.example", false)]
    [InlineData("https://shop.example", true)]
    public async Task The_hub_takes_pages_of_its_own_and_configured_origins_only(string origin, bool allowed)
    {
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Origins:0=https://shop.example");
        var person = await front.Register("anna");
        using var negotiate = new HttpRequestMessage(HttpMethod.Post, "/hub/negotiate?negotiateVersion=1");
        negotiate.Headers.Add("Origin", origin);
        negotiate.Headers.Add("Authorization", "Bearer " + person.Token);

        var answer = await front.Http.SendAsync(negotiate);

        if (allowed)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await using var client = await HubClient.Connect(front.Address, person.Token, origin);
            await client.Call("inbox", new { });
        }
        else
        {
            Assert.Equal((HttpStatusCode.Forbidden, 2008), await Refusal(answer));
            Assert.Equal(403, (await Assert.ThrowsAsync<ConnectRefusedException>(() => HubClient.Connect(front.Address, person.Token, origin))).Status);
        }
    }

    [Fact]
    public async Task Pages_of_the_fronts_own_origin_connect()
    {
        var person = await Front.Register(FrontFixture.Unique("user"));

        await using var client = await HubClient.Connect(Front.Address, person.Token, Front.Address.GetLeftPart(UriPartial.Authority));

        Assert.Equal(1005, (await client.Call("inbox", new { }))["error"]!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_signing_key_outlives_the_process()
    {
        using var data = new Data();
        string token;
        await using (var front = await Front.Start(data))
        {
            token = (await front.Register("anna")).Token;
        }

        await using var restarted = await Front.Start(data);

        Assert.Equal(HttpStatusCode.OK, (await restarted.Send(HttpMethod.Get, "/api/me", token)).StatusCode);
    }

    [Theory]
    [InlineData("anna", "anna")]
    [InlineData("auth0|5f7c8ec7c33c6c004bbafe82", null)]
    [InlineData("Anna", null)]
    public void An_outside_subject_is_itself_or_a_hash_that_is_an_id(string subject, string? expected)
    {
        var user = TokenReader.UserOf(subject);

        Assert.True(Chat.Grains.Shared.IdText.IsValid(user.Value));
        Assert.Equal(expected ?? user.Value, user.Value);
        Assert.NotEqual(TokenReader.UserOf("auth0|other"), user);
    }
}
