using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.Grains;
using Chat.WebFront.Auth;
using Chat.WebFront.Demo;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>Moderators and operators: who is one, and what only they get.</summary>
public sealed class StaffTests : IClassFixture<StaffTests.StaffedFront>
{
    private const string FirstPassword = "first word of many";

    private readonly StaffedFront _staffed;

    public StaffTests(StaffedFront staffed) => _staffed = staffed;

    private Front Front => _staffed.Front;

    [Fact]
    public async Task Me_tells_the_roles_of_listed_people_and_none_of_others()
    {
        var mia = await SignIn(Front, "mia", FirstPassword);
        var both = await SignIn(Front, "olga", "second word of many");
        var anna = await Front.Register(FrontFixture.Unique("anna"));

        Assert.Equal(["moderator"], await Roles(Front, mia));
        Assert.Equal(["moderator", "operator"], await Roles(Front, both));
        Assert.Empty(await Roles(Front, anna.Token));
    }

    [Theory]
    [InlineData("mia")]
    [InlineData("never.seen")]
    public async Task A_listed_name_cannot_be_registered(string name)
    {
        using var answer = await Front.Send(HttpMethod.Post, "/api/accounts", body: new { name, displayName = "Somebody", password = "quite another word" });

        var (status, code) = await Refusal(answer);
        Assert.Equal((HttpStatusCode.Conflict, 2003), (status, code));
    }

    [Fact]
    public async Task A_start_leaves_an_account_that_exists_as_it_is()
    {
        using var data = new Data();
        await using (var before = await Front.Start(data))
        {
            await before.Register("paul", "the word of paul");
        }

        await using var front = await Front.Start(data, "--Chat:Staff:0:User=paul", "--Chat:Staff:0:Roles:0=Operator", "--Chat:Staff:0:Password=another word of paul");
        await front.Service<StaffAccounts>().Done;

        Assert.Equal(["operator"], await Roles(front, await SignIn(front, "paul", "the word of paul")));
        using var refused = await front.Send(HttpMethod.Post, "/api/sessions", body: new { name = "paul", password = "another word of paul" });
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("The paul", (await front.Grains.User(new("paul")).GetProfile())!.DisplayName);
    }

    [Fact]
    public async Task Staff_read_any_order_and_command_none()
    {
        var seller = await Front.Register(FrontFixture.Unique("staff-seller"));
        var buyer = await Front.Register(FrontFixture.Unique("staff-buyer"));
        var card = Front.Service<ICatalog>().Search(null, null)[0].Card;
        await Front.Service<DemoSeeder>().Done;
        var added = await Front.Grains.Store(card.Store).AddAgent(Front.Service<ICatalog>().Find(card.Store)!.Owner, seller.Id);
        Assert.True(added.IsOk);
        using var placed = await Front.Send(
            HttpMethod.Post,
            "/api/orders",
            buyer.Token,
            new { id = Guid.CreateVersion7(), store = card.Store.Value, lines = new[] { new { product = card.Id.Value, quantity = 1 } } });
        var order = (await placed.Content.ReadFromJsonAsync<JsonObject>())!["order"]!["id"]!.GetValue<string>();
        var staff = await SignIn(Front, "mia", FirstPassword);

        Assert.Equal("staff", await Side(staff));
        Assert.Equal("staff", await Side(await SignIn(Front, "olga", "second word of many")));
        Assert.Equal("buyer", await Side(buyer.Token));
        Assert.Equal("store", await Side(seller.Token));
        foreach (var (route, more) in ((string, JsonObject)[])[
            ("pay", new() { ["method"] = "card" }),
            ("parcels", new() { ["tracking"] = "AB123456" }),
            ("cancellation", new() { ["reason"] = "other", ["sellerAtFault"] = false }),
            ("cancellation/accept", []),
            ("cancellation/shipped", new() { ["tracking"] = "AB123456" }),
            ("extension", new() { ["days"] = 1 }),
            ("receipt", []),
            ("refunds", new() { ["minor"] = 1, ["currency"] = "EUR" }),
            ("again", [])])
        {
            more["id"] = Guid.CreateVersion7().ToString();
            more["version"] = 1;
            var stranger = await Text(await Front.Send(HttpMethod.Post, $"/api/orders/1234567890123456/{route}", staff, more));
            Assert.Equal((route, stranger), (route, await Text(await Front.Send(HttpMethod.Post, $"/api/orders/{order}/{route}", staff, more))));
            Assert.Contains("5001", stranger.Body);
        }

        using var missing = await Front.Send(HttpMethod.Get, "/api/orders/1234567890123456", staff);
        Assert.Equal((HttpStatusCode.NotFound, 5001), await Refusal(missing));
        using var list = await Front.Send(HttpMethod.Get, $"/api/orders?store={card.Store}", staff);
        Assert.Equal((HttpStatusCode.NotFound, 3009), await Refusal(list));

        async Task<string> Side(string token)
        {
            using var answer = await Front.Send(HttpMethod.Get, $"/api/orders/{order}", token);
            return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["side"]!.GetValue<string>();
        }
    }

    [Fact]
    public async Task The_demo_has_a_moderator_and_an_operator_also_in_a_database_that_was_filled_without_them()
    {
        using var data = new Data();
        await using (var front = await Front.Start(data))
        {
            var opened = await front.Grains.Store(new("demo.seeded")).Open("Demo", new("elena-navarro"));
            Assert.True(opened.IsOk);
        }

        await using var demo = await Front.Start(data, "--Chat:Demo=true");
        await demo.Service<StaffAccounts>().Done;
        var accounts = (await (await demo.Send(HttpMethod.Get, "/api/demo")).Content.ReadFromJsonAsync<JsonObject>())!["accounts"]!.AsArray();

        foreach (var role in (string[])["moderator", "operator"])
        {
            var account = Assert.Single(accounts, account => account!["role"]!.GetValue<string>() == role)!;
            var (name, password) = (account["name"]!.GetValue<string>(), account["password"]!.GetValue<string>());
            Assert.Equal([role], await Roles(demo, await SignIn(demo, name, password)));
            using var taken = await demo.Send(HttpMethod.Post, "/api/accounts", body: new { name, displayName = "Somebody", password = "quite another word" });
            Assert.Equal((HttpStatusCode.Conflict, 2003), await Refusal(taken));
        }
    }

    [Fact]
    public async Task Outside_demo_mode_the_demos_names_are_nobodys()
    {
        using var data = new Data();
        await using var front = await Front.Start(data);

        Assert.Empty(await Roles(front, (await front.Register("ingrid-solberg")).Token));
    }

    [Fact]
    public async Task Roles_come_from_the_configured_claim_of_the_outside_issuer_and_from_no_other()
    {
        await using var issuer = await OutsideIssuer.Start();
        using var data = new Data();
        string[] trust = [$"--Chat:Auth:Authority={issuer.Address}", $"--Chat:Auth:Audience={OutsideIssuer.Audience}"];
        await using (var front = await Front.Start(data, [.. trust, "--Chat:Auth:RolesClaim=shop_roles", "--Chat:Staff:0:User=olga", "--Chat:Staff:0:Roles:0=operator"]))
        {
            Assert.Equal(["moderator", "operator"], await Roles(front, issuer.Token("anna", claims: new() { ["shop_roles"] = new[] { "operator", "baker", "moderator" } })));
            Assert.Equal(["moderator"], await Roles(front, issuer.Token("anna", claims: new() { ["shop_roles"] = "baker moderator" })));
            Assert.Empty(await Roles(front, issuer.Token("anna", claims: new() { ["role"] = "Moderator", ["roles"] = new[] { "operator" } })));
            Assert.Equal(["operator"], await Roles(front, issuer.Token("olga")));
            Assert.Equal(["moderator", "operator"], await Roles(front, issuer.Token("olga", claims: new() { ["shop_roles"] = "moderator" })));
        }

        await using var without = await Front.Start(data, trust);
        Assert.Empty(await Roles(without, issuer.Token("anna", claims: new() { ["shop_roles"] = "operator", ["role"] = "Operator", ["roles"] = "operator" })));
    }

    private static async Task<string> SignIn(Front front, string name, string password)
    {
        using var answer = await front.Send(HttpMethod.Post, "/api/sessions", body: new { name, password });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
    }

    private static async Task<string[]> Roles(Front front, string token)
    {
        using var answer = await front.Send(HttpMethod.Get, "/api/me", token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonObject>())!["roles"]!.AsArray().Select(role => role!.GetValue<string>())];
    }

    private static async Task<(HttpStatusCode Status, int Code)> Refusal(HttpResponseMessage answer) =>
        (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!["code"]!.GetValue<int>());

    private static async Task<(HttpStatusCode Status, string Body)> Text(HttpResponseMessage answer)
    {
        using (answer)
        {
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>A demo with staff of its own: by a password in the settings, by one in a file, and one without an account.</summary>
    public sealed class StaffedFront : IAsyncLifetime
    {
        private readonly Data _data = new();

        internal Front Front { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var file = Path.Combine(Path.GetDirectoryName(_data.File)!, "password");
            await File.WriteAllTextAsync(file, "second word of many\n");
            Front = await Front.Start(
                _data,
                "--Chat:Demo=true",
                "--Chat:Staff:0:User=mia", "--Chat:Staff:0:Roles:0=moderator", $"--Chat:Staff:0:Password={FirstPassword}",
                "--Chat:Staff:1:User=olga", "--Chat:Staff:1:Roles:0=operator", "--Chat:Staff:1:Roles:1=moderator", $"--Chat:Staff:1:PasswordFile={file}",
                "--Chat:Staff:2:User=never.seen", "--Chat:Staff:2:Roles:0=operator");
            await Front.Service<StaffAccounts>().Done;
        }

        public async Task DisposeAsync()
        {
            await Front.DisposeAsync();
            _data.Dispose();
        }
    }
}
