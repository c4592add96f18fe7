using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Chat.WebFront.Auth;
using Chat.WebFront.Demo;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>Reviews and their moderation over REST: the whole life, what each reader sees, strangers on every route, bad input.</summary>
public sealed class ReviewTests : IClassFixture<ReviewTests.ReviewFront>, IAsyncLifetime
{
    private const string Kind = "A fine teapot, 5/5.";
    private const string Doubtful = "Call me at +34 612 345 678.";

    private readonly ReviewFront _shop;
    private Person _buyer = null!;

    public ReviewTests(ReviewFront shop) => _shop = shop;

    private Front Front => _shop.Front;

    public async Task InitializeAsync() => _buyer = await Front.Register(FrontFixture.Unique("review-buyer"));

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_review_is_written_held_approved_answered_and_followed_up()
    {
        var (order, product) = await Completed();
        var lines = await Ok(await Get($"/api/orders/{order}/reviews", _buyer));
        Assert.True(lines["lines"]![0]!["canReview"]!.GetValue<bool>());
        Assert.True(lines["lines"]![0]!["reviewUntil"]!.GetValue<long>() > 0);
        Assert.Equal(product, lines["lines"]![0]!["product"]!["id"]!.GetValue<string>());

        var id = Guid.CreateVersion7();
        var written = await Ok(await Write(_buyer, order, new { id, stars = 2, text = Doubtful }));
        Assert.Equal(("held", Doubtful, $"{order}~1", true), (State(written, "text"), Text(written, "text"), Text(written, "review"), written["mine"]!.GetValue<bool>()));
        Assert.Equal(("T***", order, 1), (written["author"]!.GetValue<string>()[..4], Text(written, "order"), written["line"]!.GetValue<int>()));
        Assert.True(JsonNode.DeepEquals(written, await Ok(await Write(_buyer, order, new { id, stars = 2, text = Doubtful }))));
        await Refused(await Write(_buyer, order, new { id, stars = 3, text = Doubtful }), HttpStatusCode.Conflict, ErrorCode.IdConflict);
        await Refused(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 3 }), HttpStatusCode.Conflict, ErrorCode.ReviewExists);

        var listed = await Find(order, product, null);
        Assert.Equal((2, null), (listed["stars"]!.GetValue<int>(), listed["text"]));

        var held = (await Queue()).Single(item => Text(item, "review") == $"{order}~1");
        Assert.Equal(("text", "held", Doubtful, "personalData"), (Text(held, "part"), Text(held, "state"), Text(held, "text"), held["findings"]![0]!.GetValue<string>()));
        var approved = await Ok(await Decide(order, "text", new { id = Guid.CreateVersion7(), decision = "approve" }));
        Assert.Equal("public", Text(approved, "state"));
        Assert.NotNull(approved["decidedAt"]);
        await Refused(await Decide(order, "text", new { id = Guid.CreateVersion7(), decision = "reject", reason = "spam" }), HttpStatusCode.Conflict, ErrorCode.NotHeld);
        Assert.DoesNotContain(await Queue(), item => Text(item, "review") == $"{order}~1");
        Assert.Equal(Doubtful, Text(await Find(order, product, null), "text"));

        var replied = await Ok(await Reply(_shop.Seller, order, "You idiot."));
        Assert.Equal("held", State(replied, "reply"));
        Assert.Null((await Find(order, product, _buyer))["reply"]);
        Assert.Equal("held", State(await Find(order, product, _shop.Seller), "reply"));
        var rejectId = Guid.CreateVersion7();
        var rejected = await Ok(await Decide(order, "reply", new { id = rejectId, decision = "reject", reason = "insult", note = "Be kind." }));
        Assert.Equal("rejected", Text(rejected, "state"));
        Assert.True(JsonNode.DeepEquals(rejected, await Ok(await Decide(order, "reply", new { id = rejectId, decision = "reject", reason = "insult", note = "Be kind." }))));
        var told = (await Find(order, product, _shop.Seller))["reply"]!;
        Assert.Equal(("insult", "Be kind."), (Text(told, "reason"), Text(told, "note")));
        Assert.Null((await Find(order, product, null))["reply"]);
        Assert.Equal("public", State(await Ok(await Reply(_shop.Seller, order, "Thank you!")), "reply"));
        await Refused(await Reply(_shop.Seller, order, "And again."), HttpStatusCode.Conflict, ErrorCode.ReplyExists);

        var followed = await Ok(await FollowUp(_buyer, order, "It still pours well."));
        Assert.Equal(("public", null), (State(followed, "followUp"), followed["followUpUntil"]));
        await Refused(await FollowUp(_buyer, order, "One more."), HttpStatusCode.Conflict, ErrorCode.ReviewLocked);
        await Refused(await FollowUp(_shop.Seller, order, "Mine."), HttpStatusCode.BadRequest, ErrorCode.OrderOtherSide);
        await Refused(await Reply(_buyer, order, "Mine."), HttpStatusCode.BadRequest, ErrorCode.OrderOtherSide);
        Assert.False((await Ok(await Get($"/api/orders/{order}/reviews", _shop.Seller)))["lines"]![0]!["canReview"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Public_lists_tell_no_order_in_any_form()
    {
        var (order, product) = await Completed();
        await Ok(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 5, text = Kind }));
        var (second, _) = await Completed();
        await Ok(await Write(_buyer, second, new { id = Guid.CreateVersion7(), stars = 4 }));
        foreach (var path in (string[])[$"/api/products/{product}/reviews", $"/api/stores/{_shop.Store}/reviews"])
        {
            var next = "";
            do
            {
                var answer = await Ok(await Front.Send(HttpMethod.Get, $"{path}?limit=1{next}"));
                Assert.DoesNotContain(order, answer.ToJsonString());
                Assert.DoesNotContain(second, answer.ToJsonString());
                if (answer["next"] is { } cursor)
                {
                    var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(cursor.GetValue<string>());
                    Assert.DoesNotContain(order, Encoding.UTF8.GetString(bytes));
                    Assert.DoesNotContain(second, Encoding.UTF8.GetString(bytes));
                }

                next = answer["next"] is { } more ? $"&before={more}" : "";
            }
            while (next != "");
        }
    }

    [Fact]
    public async Task Lists_are_by_stars_and_the_store_finds_what_it_has_not_answered()
    {
        var (order, product) = await Completed();
        await Ok(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 3 }));
        Assert.Contains((await Ok(await Front.Send(HttpMethod.Get, $"/api/products/{product}/reviews?stars=3&limit=50")))["reviews"]!.AsArray(), review => review!["stars"]!.GetValue<int>() == 3);
        Assert.DoesNotContain((await Ok(await Front.Send(HttpMethod.Get, $"/api/products/{product}/reviews?stars=1&limit=50")))["reviews"]!.AsArray(), review => review!["stars"]!.GetValue<int>() != 1);
        Assert.True((await Ok(await Front.Send(HttpMethod.Get, $"/api/products/{product}/reviews")))["stars"]![2]!.GetValue<long>() > 0);
        Assert.Contains(order, (await Ok(await Get($"/api/stores/{_shop.Store}/reviews?unanswered=true&limit=50", _shop.Seller))).ToJsonString());
        await Ok(await Reply(_shop.Seller, order, "Thank you."));
        Assert.DoesNotContain(order, (await Ok(await Get($"/api/stores/{_shop.Store}/reviews?unanswered=true&limit=50", _shop.Seller))).ToJsonString());
        await Refused(await Get($"/api/stores/{_shop.Store}/reviews?unanswered=true", _buyer), HttpStatusCode.NotFound, ErrorCode.StoreNotFound);
        Assert.Equal(HttpStatusCode.OK, (await Front.Send(HttpMethod.Get, $"/api/stores/{_shop.Store}/reviews")).StatusCode);
    }

    [Fact]
    public async Task Strangers_get_on_every_route_byte_for_byte_what_a_missing_order_gives()
    {
        var (order, _) = await Completed();
        await Ok(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 1, text = Doubtful }));
        var eve = await Front.Register(FrontFixture.Unique("review-eve"));
        foreach (var (method, route, body) in ((HttpMethod, string, object?)[])[
            (HttpMethod.Get, "reviews", null),
            (HttpMethod.Post, "lines/1/review", new { id = Guid.CreateVersion7(), stars = 1, text = Kind }),
            (HttpMethod.Post, "lines/2/review", new { id = Guid.CreateVersion7(), stars = 1 }),
            (HttpMethod.Post, "lines/99/review", new { id = Guid.CreateVersion7(), stars = 1 }),
            (HttpMethod.Post, "lines/x/review", new { id = Guid.CreateVersion7(), stars = 1 }),
            (HttpMethod.Post, "lines/1/review/follow-up", new { id = Guid.CreateVersion7(), text = Kind }),
            (HttpMethod.Post, "lines/1/review/reply", new { id = Guid.CreateVersion7(), text = Kind })])
        {
            using var real = await Front.Send(method, $"/api/orders/{order}/{route}", eve.Token, body);
            using var missing = await Front.Send(method, $"/api/orders/1234567890123456/{route}", eve.Token, body);
            using var none = await Front.Send(method, $"/api/orders/No%20such%20id/{route}", eve.Token, body);
            Assert.Equal(HttpStatusCode.NotFound, real.StatusCode);
            Assert.Equal(await missing.Content.ReadAsByteArrayAsync(), await real.Content.ReadAsByteArrayAsync());
            Assert.Equal(await none.Content.ReadAsByteArrayAsync(), await real.Content.ReadAsByteArrayAsync());
            await Refused(real, HttpStatusCode.NotFound, ErrorCode.OrderNotFound);
            Assert.Equal(HttpStatusCode.Unauthorized, (await Front.Send(method, $"/api/orders/{order}/{route}", null, body)).StatusCode);
        }
    }

    [Fact]
    public async Task Moderation_does_not_exist_for_anybody_else()
    {
        var (order, _) = await Completed();
        await Ok(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 1, text = Doubtful }));
        using var nowhere = await Front.Send(HttpMethod.Get, "/api/nowhere", _buyer.Token);
        foreach (var who in (Person[])[_buyer, _shop.Seller])
        {
            using var list = await Front.Send(HttpMethod.Get, "/api/moderation/reviews", who.Token);
            using var decide = await Front.Send(HttpMethod.Post, $"/api/moderation/reviews/{order}~1/text", who.Token, new { id = Guid.CreateVersion7(), decision = "approve" });
            foreach (var answer in (HttpResponseMessage[])[list, decide])
            {
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.Equal(await nowhere.Content.ReadAsByteArrayAsync(), await answer.Content.ReadAsByteArrayAsync());
            }
        }

        Assert.Contains(await Queue(), item => Text(item, "review") == $"{order}~1");
        await Refused(await Decide("1234567890123456", "text", new { id = Guid.CreateVersion7(), decision = "approve" }), HttpStatusCode.NotFound, ErrorCode.ReviewNotFound);
        await Refused(await Decide(order, "stars", new { id = Guid.CreateVersion7(), decision = "approve" }), HttpStatusCode.NotFound, ErrorCode.ReviewNotFound);
    }

    [Fact]
    public async Task Line_that_is_not_there_is_no_review_for_the_parties()
    {
        var (order, _) = await Completed();
        foreach (var line in (string[])["2", "99", "0", "01", "x", "-1"])
        {
            using var answer = await Front.Send(HttpMethod.Post, $"/api/orders/{order}/lines/{line}/review", _buyer.Token, new { id = Guid.CreateVersion7(), stars = 1 });
            await Refused(answer, HttpStatusCode.NotFound, ErrorCode.ReviewNotFound);
        }

        await Refused(await FollowUp(_buyer, order, Kind), HttpStatusCode.NotFound, ErrorCode.ReviewNotFound);
        await Refused(await Reply(_shop.Seller, order, Kind), HttpStatusCode.NotFound, ErrorCode.ReviewNotFound);
    }

    [Fact]
    public async Task Order_on_its_way_is_not_reviewed()
    {
        var (order, _) = await Placed();
        await Refused(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 1 }), HttpStatusCode.BadRequest, ErrorCode.ReviewNotAllowed);
        Assert.Null((await Ok(await Get($"/api/orders/{order}/reviews", _buyer)))["lines"]![0]!["reviewUntil"]);
    }

    [Theory]
    [InlineData("""{"stars":5}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":"x","stars":5}""", ErrorCode.BadMessageId)]
    [InlineData("""{"id":"0195c0de-0000-8000-8000-000000000001","stars":5}""", ErrorCode.BadMessageId)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001"}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":0}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":6}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":4.5}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":"5"}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":5,"text":7}""", ErrorCode.BadRequest)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":5,"text":""}""", ErrorCode.MessageEmpty)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":5,"text":"a\ud800"}""", ErrorCode.MessageMalformed)]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","stars":5,"text":"a\u0000"}""", ErrorCode.MessageMalformed)]
    [InlineData("[]", ErrorCode.BadRequest)]
    [InlineData("{", ErrorCode.BadRequest)]
    public async Task Malformed_review_is_refused(string body, ErrorCode code)
    {
        var (order, _) = await _shop.Once(Completed, _buyer);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/orders/{order}/lines/1/review") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", _shop.OnceBuyer!.Token);
        await Refused(await Front.Http.SendAsync(request), HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Longest_text_of_the_longest_letters_fits()
    {
        var (order, _) = await Completed();
        var text = string.Concat(Enumerable.Repeat("\U0001F375", Limits.ReviewTextCodePointsMax));
        await Refused(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 5, text = text + "!" }), HttpStatusCode.BadRequest, ErrorCode.MessageTooLong);
        Assert.Equal(text, Text(await Ok(await Write(_buyer, order, new { id = Guid.CreateVersion7(), stars = 5, text })), "text"));
    }

    [Theory]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001"}""")]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","decision":"maybe"}""")]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","decision":"reject"}""")]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","decision":"reject","reason":"boring"}""")]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","decision":"approve","reason":"spam"}""")]
    public async Task Malformed_decision_is_refused(string body)
    {
        using var answer = await Front.Send(HttpMethod.Post, "/api/moderation/reviews/1~1/text", _shop.Moderator, JsonNode.Parse(body));
        await Refused(answer, HttpStatusCode.BadRequest, ErrorCode.BadRequest);
    }

    [Theory]
    [InlineData("stars=0", ErrorCode.BadRequest)]
    [InlineData("stars=six", ErrorCode.BadRequest)]
    [InlineData("limit=51", ErrorCode.BadRequest)]
    [InlineData("limit=", ErrorCode.BadRequest)]
    [InlineData("before=!", ErrorCode.BadPosition)]
    [InlineData("before=MTIz", ErrorCode.BadPosition)]
    [InlineData("before=MTIzIAA", ErrorCode.BadPosition)]
    public async Task Malformed_list_is_refused(string query, ErrorCode code)
    {
        await Refused(await Front.Send(HttpMethod.Get, $"/api/products/{_shop.Product}/reviews?{query}"), HttpStatusCode.BadRequest, code);
        await Refused(await Front.Send(HttpMethod.Get, $"/api/stores/{_shop.Store}/reviews?{query}"), HttpStatusCode.BadRequest, code);
        if (!query.StartsWith("stars", StringComparison.Ordinal))
        {
            await Refused(await Front.Send(HttpMethod.Get, $"/api/moderation/reviews?{query}", _shop.Moderator), HttpStatusCode.BadRequest, code);
        }
    }

    [Fact]
    public async Task Reviews_of_nothing_are_not_found()
    {
        await Refused(await Front.Send(HttpMethod.Get, "/api/products/none/reviews"), HttpStatusCode.NotFound, ErrorCode.ProductNotFound);
        await Refused(await Front.Send(HttpMethod.Get, "/api/products/No!/reviews"), HttpStatusCode.NotFound, ErrorCode.ProductNotFound);
        await Refused(await Front.Send(HttpMethod.Get, "/api/stores/none/reviews"), HttpStatusCode.NotFound, ErrorCode.StoreNotFound);
        await Refused(await Front.Send(HttpMethod.Get, "/api/stores/No!/reviews"), HttpStatusCode.NotFound, ErrorCode.StoreNotFound);
    }

    private async Task<(string Order, string Product)> Placed()
    {
        var placed = await Ok(await Front.Send(
            HttpMethod.Post,
            "/api/orders",
            _buyer.Token,
            new { id = Guid.CreateVersion7(), store = _shop.Store.Value, lines = new[] { new { product = _shop.Product.Value, quantity = 1 } } }));
        return (placed["order"]!["id"]!.GetValue<string>(), _shop.Product.Value);
    }

    private async Task<(string Order, string Product)> Completed()
    {
        var (order, product) = await Placed();
        await Step(_buyer, "pay", 1, new JsonObject { ["method"] = "card" });
        await Eventually.True(async () => Text(await Ok(await Get($"/api/orders/{order}", _buyer)), "status") == "awaitingShipment");
        await Step(_shop.Seller, "parcels", 3, new JsonObject { ["tracking"] = "AB123456" });
        await Step(_buyer, "receipt", 4, []);
        return (order, product);

        async Task Step(Person who, string route, long version, JsonObject body)
        {
            body["id"] = Guid.CreateVersion7().ToString();
            body["version"] = version;
            await Ok(await Front.Send(HttpMethod.Post, $"/api/orders/{order}/{route}", who.Token, body));
        }
    }

    private Task<HttpResponseMessage> Get(string path, Person who) => Front.Send(HttpMethod.Get, path, who.Token);

    private Task<HttpResponseMessage> Write(Person who, string order, object body) =>
        Front.Send(HttpMethod.Post, $"/api/orders/{order}/lines/1/review", who.Token, body);

    private Task<HttpResponseMessage> FollowUp(Person who, string order, string text) =>
        Front.Send(HttpMethod.Post, $"/api/orders/{order}/lines/1/review/follow-up", who.Token, new { id = Guid.CreateVersion7(), text });

    private Task<HttpResponseMessage> Reply(Person who, string order, string text) =>
        Front.Send(HttpMethod.Post, $"/api/orders/{order}/lines/1/review/reply", who.Token, new { id = Guid.CreateVersion7(), text });

    private Task<HttpResponseMessage> Decide(string order, string part, object body) =>
        Front.Send(HttpMethod.Post, $"/api/moderation/reviews/{order}~1/{part}", _shop.Moderator, body);

    /// <summary>The order's review as this reader finds it on the product's page; the public finds it by its other name.</summary>
    private async Task<JsonNode> Find(string order, string product, Person? reader)
    {
        var name = reader is null ? Grains.Reviews.ReviewId.Of(new(order), 1).PublicName : $"{order}~1";
        var own = await Ok(await Front.Send(HttpMethod.Get, $"/api/products/{product}/reviews?limit=50", reader?.Token));
        return own["reviews"]!.AsArray().Single(review => Text(review!, "review") == name)!;
    }

    private async Task<List<JsonNode>> Queue()
    {
        var items = new List<JsonNode>();
        var next = "";
        do
        {
            var page = await Ok(await Front.Send(HttpMethod.Get, $"/api/moderation/reviews?limit=2{next}", _shop.Moderator));
            Assert.True(page["waiting"]!.GetValue<int>() >= page["items"]!.AsArray().Count);
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            next = page["next"] is { } more ? $"&before={more}" : "";
        }
        while (next != "");

        return items;
    }

    /// <summary>A field's own text, or the text of the words in it.</summary>
    private static string? Text(JsonNode node, string field) => node[field] is JsonObject words ? words["text"]?.GetValue<string>() : node[field]?.GetValue<string>();

    private static string? State(JsonNode node, string field) => node[field]?["state"]?.GetValue<string>();

    private static async Task<JsonNode> Ok(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task Refused(HttpResponseMessage answer, HttpStatusCode status, ErrorCode code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((status, (int)code), (answer.StatusCode, text.Length == 0 ? 0 : JsonNode.Parse(text)?["error"]?["code"]?.GetValue<int>() ?? 0));
    }

    /// <summary>One front with the demo's goods, quick payment checks and a moderator, for all tests here.</summary>
    public sealed class ReviewFront : IAsyncLifetime
    {
        private readonly Data _data = new();
        private (string Order, string Product)? _once;

        internal Front Front { get; private set; } = null!;

        internal Person Seller { get; private set; } = null!;

        internal StoreId Store { get; private set; }

        internal ProductId Product { get; private set; }

        internal string Moderator { get; private set; } = null!;

        /// <summary>Who bought what <see cref="Once"/> made.</summary>
        internal Person? OnceBuyer { get; private set; }

        public async Task InitializeAsync()
        {
            Front = await Front.Start(
                _data,
                "--Chat:Demo=true",
                "--Chat:Policy:OrderPaymentCheck=00:00:01",
                "--Chat:Policy:DeadlineSweep=00:00:01",
                "--Chat:Staff:0:User=mona",
                "--Chat:Staff:0:Roles:0=moderator",
                "--Chat:Staff:0:Password=first word of many");
            await Front.Service<StaffAccounts>().Done;
            await Front.Service<DemoSeeder>().Done;
            var catalog = Front.Service<ICatalog>();
            var card = catalog.Search(null, null)[0].Card;
            (Store, Product) = (card.Store, card.Id);
            Seller = await Front.Register(FrontFixture.Unique("review-seller"));
            var added = await Front.Grains.GetGrain<IStoreGrain>("s:" + Store).AddAgent(catalog.Find(Store)!.Owner, Seller.Id);
            Assert.True(added.IsOk);
            var session = await Ok(await Front.Send(HttpMethod.Post, "/api/sessions", body: new { name = "mona", password = "first word of many" }));
            Moderator = session["token"]!.GetValue<string>();
        }

        /// <summary>One completed order for all that only is refused.</summary>
        internal async Task<(string Order, string Product)> Once(Func<Task<(string Order, string Product)>> complete, Person buyer)
        {
            if (_once is null)
            {
                _once = await complete();
                OnceBuyer = buyer;
            }

            return _once.Value;
        }

        public async Task DisposeAsync()
        {
            await Front.DisposeAsync();
            _data.Dispose();
        }
    }
}
