using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Chat.WebFront.Demo;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>Orders over REST: a whole life, the marketplace's reports, strangers on every route.</summary>
public sealed class OrderTests : IClassFixture<OrderTests.OrderFront>, IAsyncLifetime
{
    internal const string Secret = "a secret of the marketplace's back end";

    private readonly Front _front;
    private readonly Person _seller;
    private readonly StoreId _store;
    private readonly ProductId _product;
    private Person _buyer = null!;

    public OrderTests(OrderFront shop) => (_front, _seller, _store, _product) = (shop.Front, shop.Seller, shop.Store, shop.Product);

    public async Task InitializeAsync() => _buyer = await _front.Register(FrontFixture.Unique("order-buyer"));

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_order_lives_from_the_shop_to_receipt_and_is_bought_again()
    {
        var id = Guid.CreateVersion7().ToString();
        var placed = await Ok(await PlaceAs(_buyer, id));
        var order = placed["order"]!["id"]!.GetValue<string>();
        Assert.True((await Ok(await PlaceAs(_buyer, id)))["duplicate"]!.GetValue<bool>());
        Assert.Equal(("awaitingPayment", "buyer"), (Status(placed), placed["order"]!["side"]!.GetValue<string>()));

        var paid = await Ok(await Do(_buyer, order, "pay", 1, new JsonObject { ["method"] = "card" }));
        Assert.Equal(("paymentCheck", "buyer"), (Status(paid), paid["order"]!["side"]!.GetValue<string>()));
        var toShip = await Until(order, "awaitingShipment");
        Assert.Equal(3, toShip["version"]!.GetValue<long>());

        await Refused(await Do(_seller, order, "parcels", 2, Tracked()), HttpStatusCode.Conflict, ErrorCode.OrderChanged);
        Assert.Equal("awaitingShipment", Status(await Ok(await Do(_seller, order, "parcels", 3, Tracked(1)))));
        Assert.Equal("shipped", Status(await Ok(await Do(_seller, order, "parcels", 4, Tracked()))));
        var extended = await Ok(await Do(_seller, order, "extension", 5, new JsonObject { ["days"] = 10 }));
        Assert.Equal("delivery", extended["order"]!["deadlines"]![0]!["kind"]!.GetValue<string>());
        await Refused(await Do(_seller, order, "refunds", 6, Amount(1_000_000_000)), HttpStatusCode.BadRequest, ErrorCode.RefundTooLarge);
        await Refused(await Do(_seller, order, "receipt", 6), HttpStatusCode.BadRequest, ErrorCode.OrderOtherSide);
        Assert.Equal("completed", Status(await Ok(await Do(_buyer, order, "receipt", 6))));
        await Refused(await Do(_buyer, order, "receipt", 7), HttpStatusCode.Conflict, ErrorCode.OrderWrongState);

        var again = await Ok(await _front.Send(HttpMethod.Post, $"/api/orders/{order}/again", _buyer.Token, new { id = Guid.CreateVersion7().ToString() }));
        Assert.NotEqual(order, again["order"]!["id"]!.GetValue<string>());
        var mine = await Json(await _front.Send(HttpMethod.Get, "/api/orders?limit=1", _buyer.Token));
        Assert.Equal("awaitingPayment", mine["orders"]![0]!["order"]!["status"]!.GetValue<string>());
        var rest = await Json(await _front.Send(HttpMethod.Get, $"/api/orders?limit=1&before={mine["next"]}", _buyer.Token));
        Assert.Equal(order, rest["orders"]![0]!["order"]!["id"]!.GetValue<string>());
        var done = await Json(await _front.Send(HttpMethod.Get, $"/api/orders?store={_store}&group=done", _seller.Token));
        Assert.Contains(order, done["orders"]!.AsArray().Select(one => one!["order"]!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_transition_is_a_notice_in_the_conversation()
    {
        await using var hub = await HubClient.Enter(_front.Address, _seller.Token);
        var placed = await Ok(await PlaceAs(_buyer, Guid.CreateVersion7().ToString()));
        var conversation = placed["order"]!["conversation"]!.GetValue<string>();
        JsonNode? notice = null;
        await Eventually.True(async () =>
        {
            var page = await hub.Call("history", new { conversation, limit = 10 });
            notice = page["messages"]?.AsArray().LastOrDefault()?["notice"];
            return notice is not null;
        });
        Assert.Equal("placed", notice!["type"]!.GetValue<string>());
        Assert.Equal(placed["order"]!["id"]!.GetValue<string>(), notice["order"]!["id"]!.GetValue<string>());
        Assert.Equal("payment", notice["order"]!["deadline"]!["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task Cancellation_is_asked_for_and_accepted()
    {
        var order = await ToShip();
        var ask = new JsonObject { ["reason"] = "tooSlow", ["sellerAtFault"] = true, ["note"] = "Please." };
        Assert.Equal("cancellationRequested", Status(await Ok(await Do(_buyer, order, "cancellation", 3, ask))));
        var closed = await Ok(await Do(_seller, order, "cancellation/accept", 4));
        Assert.Equal(("closed", "due"), (Status(closed), closed["order"]!["refunds"]![0]!["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Already_shipped_answers_a_cancellation()
    {
        var order = await ToShip();
        await Ok(await Do(_buyer, order, "cancellation", 3, new JsonObject { ["reason"] = "other", ["sellerAtFault"] = false }));
        var shipped = await Ok(await Do(_seller, order, "cancellation/shipped", 4, new JsonObject { ["tracking"] = "AB123456" }));
        Assert.Equal(("shipped", "alreadyShipped"), (Status(shipped), shipped["order"]!["cancellation"]!["answer"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Strangers_get_on_every_route_what_a_missing_order_gives()
    {
        var order = await ToShip();
        var eve = await _front.Register(FrontFixture.Unique("eve"));
        var routes = new (string Path, JsonObject Body)[]
        {
            ("pay", new JsonObject { ["method"] = "card" }),
            ("parcels", Tracked()),
            ("cancellation", new JsonObject { ["reason"] = "other", ["sellerAtFault"] = false }),
            ("cancellation/accept", []),
            ("cancellation/shipped", new JsonObject { ["tracking"] = "AB123456" }),
            ("extension", new JsonObject { ["days"] = 1 }),
            ("receipt", []),
            ("refunds", Amount(1)),
            ("again", []),
        };
        foreach (var asked in (string[])[order, "1234567890123456", "No such id!"])
        {
            var path = Uri.EscapeDataString(asked);
            await Refused(await _front.Send(HttpMethod.Get, $"/api/orders/{path}", eve.Token), HttpStatusCode.NotFound, ErrorCode.OrderNotFound);
            foreach (var (route, body) in routes)
            {
                await Refused(await Do(eve, path, route, 3, body), HttpStatusCode.NotFound, ErrorCode.OrderNotFound);
                Assert.Equal(HttpStatusCode.Unauthorized, (await _front.Send(HttpMethod.Post, $"/api/orders/{path}/{route}", null, body)).StatusCode);
            }
        }

        await Refused(await _front.Send(HttpMethod.Get, $"/api/orders?store={_store}", eve.Token), HttpStatusCode.NotFound, ErrorCode.StoreNotFound);
        Assert.Empty((await Json(await _front.Send(HttpMethod.Get, "/api/orders", eve.Token)))["orders"]!.AsArray());
    }

    [Fact]
    public async Task Marketplace_reports_an_order_from_placing_to_refund_each_event_once()
    {
        var order = $"m-{Guid.NewGuid():n}";
        var line = new { id = "teapot", title = "Tetera", minor = 3_450, currency = "EUR", image = "/teapot.svg", quantity = 2 };
        object[] reports =
        [
            new { id = "e1", type = "order.placed", order, buyer = "never.here", store = _store.Value, lines = new[] { line } },
            new { id = "e2", type = "payment.received", order, minor = 6_900, currency = "EUR", method = "wallet" },
        ];
        foreach (var report in reports)
        {
            Assert.False((await Ok(await Report(report)))["duplicate"]!.GetValue<bool>());
            Assert.True((await Ok(await Report(report)))["duplicate"]!.GetValue<bool>());
        }

        await Eventually.True(async () => Status((await Json(await _front.Send(HttpMethod.Get, $"/api/orders/{order}", _seller.Token)))) == "awaitingShipment");
        Assert.Equal("shipped", Status(await Ok(await Report(new { id = "e3", type = "parcel.shipped", order, tracking = "AB123456" }))));
        Assert.Equal("shipped", Status(await Ok(await Report(new { id = "e4", type = "refund.granted", order, minor = 100, currency = "EUR" }))));
        Assert.Equal("shipped", Status(await Ok(await Report(new { id = "e5", type = "refund.paid", order, refund = 1 }))));
        await Refused(await Report(new { id = "e6", type = "refund.paid", order, refund = 1 }), HttpStatusCode.BadRequest, ErrorCode.RefundNotFound);
        await Refused(await Report(new { id = "e7", type = "payment.received", order, minor = 6_900, currency = "EUR", method = "card" }), HttpStatusCode.Conflict, ErrorCode.OrderWrongState);
        await Refused(await Report(new { id = "e2", type = "parcel.shipped", order, tracking = "AB123456" }), HttpStatusCode.Conflict, ErrorCode.IdConflict);
    }

    [Fact]
    public async Task Report_without_a_fresh_and_right_signature_is_refused()
    {
        var report = new { id = "x", type = "parcel.shipped", order = "1", tracking = "AB123456" };
        await Refused(await Report(report, secret: "another secret, as long as the first one"), HttpStatusCode.Unauthorized, ErrorCode.BadSignature);
        await Refused(await Report(report, signed: "something else"), HttpStatusCode.Unauthorized, ErrorCode.BadSignature);
        await Refused(await Report(report, header: ""), HttpStatusCode.Unauthorized, ErrorCode.BadSignature);
        await Refused(await Report(report, header: "t=x,v1=00"), HttpStatusCode.Unauthorized, ErrorCode.BadSignature);
        foreach (var off in (int[])[-3_600, 3_600])
        {
            await Refused(await Report(report, secondsOff: off), HttpStatusCode.Unauthorized, ErrorCode.StaleReport);
        }

        await Refused(await Report(report), HttpStatusCode.NotFound, ErrorCode.OrderNotFound);
        await Refused(await Report(new { id = "x", type = "order.stolen", order = "1" }), HttpStatusCode.BadRequest, ErrorCode.BadRequest);
    }

    [Theory]
    [InlineData("""{"store":"x","lines":[]}""")]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","lines":[]}""")]
    [InlineData("""{"id":"0195c0de-0000-8000-8000-000000000001","store":"x","lines":[]}""")]
    [InlineData("""{"id":"0195c0de-0000-7000-8000-000000000001","store":"x","lines":[{"product":"p","quantity":0}]}""")]
    [InlineData("[]")]
    public async Task Malformed_order_is_refused(string body)
    {
        var answer = await _front.Send(HttpMethod.Post, "/api/orders", _buyer.Token, JsonNode.Parse(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<string> ToShip()
    {
        var order = (await Ok(await PlaceAs(_buyer, Guid.CreateVersion7().ToString())))["order"]!["id"]!.GetValue<string>();
        await Ok(await Do(_buyer, order, "pay", 1, new JsonObject { ["method"] = "card" }));
        await Until(order, "awaitingShipment");
        return order;
    }

    private async Task<JsonNode> Until(string order, string status)
    {
        JsonNode found = new JsonObject();
        await Eventually.True(async () => Status(found = await Json(await _front.Send(HttpMethod.Get, $"/api/orders/{order}", _buyer.Token))) == status);
        return found;
    }

    private Task<HttpResponseMessage> PlaceAs(Person buyer, string id) => _front.Send(
        HttpMethod.Post, "/api/orders", buyer.Token, new { id, store = _store.Value, lines = new[] { new { product = _product.Value, quantity = 3 } } });

    private Task<HttpResponseMessage> Do(Person who, string order, string route, long version, JsonObject? more = null)
    {
        var body = more is null ? [] : (JsonObject)more.DeepClone();
        body["id"] = Guid.CreateVersion7().ToString();
        body["version"] = version;
        return _front.Send(HttpMethod.Post, $"/api/orders/{order}/{route}", who.Token, body);
    }

    private async Task<HttpResponseMessage> Report(object report, string secret = Secret, string? signed = null, string? header = null, int secondsOff = 0)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(report);
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + secondsOff;
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{signed ?? body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/marketplace/events") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("X-Chat-Signature", header ?? $"t={time},v1={Convert.ToHexStringLower(hash)}");
        return await _front.Http.SendAsync(request);
    }

    private static JsonObject Tracked(int? pieces = null)
    {
        var body = new JsonObject { ["tracking"] = "AB123456", ["carrier"] = "Correos" };
        if (pieces is { } some)
        {
            body["items"] = new JsonArray(new JsonObject { ["line"] = 1, ["quantity"] = some });
        }

        return body;
    }

    private static JsonObject Amount(long minor) => new() { ["minor"] = minor, ["currency"] = "EUR" };

    private static string Status(JsonNode answer) => answer["status"]?.GetValue<string>() ?? "";

    private static async Task<JsonNode> Ok(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<JsonNode> Json(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    private static async Task Refused(HttpResponseMessage answer, HttpStatusCode status, ErrorCode code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((status, (int)code), (answer.StatusCode, JsonNode.Parse(text)?["error"]?["code"]?.GetValue<int>() ?? 0));
    }

    /// <summary>One front with the demo's goods, quick payment checks and a secret, for all tests here.</summary>
    public sealed class OrderFront : IAsyncLifetime
    {
        private readonly Data _data = new();

        internal Front Front { get; private set; } = null!;

        internal Person Seller { get; private set; } = null!;

        internal StoreId Store { get; private set; }

        internal ProductId Product { get; private set; }

        public async Task InitializeAsync()
        {
            Front = await Front.Start(
                _data, "--Chat:Demo=true", $"--Chat:Marketplace:Secret={Secret}", "--Chat:Policy:OrderPaymentCheck=00:00:01", "--Chat:Policy:DeadlineSweep=00:00:01");
            await Eventually.True(async () => (await Front.Send(HttpMethod.Get, "/health/ready")).IsSuccessStatusCode);
            var catalog = Front.Service<ICatalog>();
            var card = catalog.Search(null, null)[0].Card;
            (Store, Product) = (card.Store, card.Id);
            Seller = await Front.Register(FrontFixture.Unique("order-seller"));
            var added = await Front.Grains.GetGrain<IStoreGrain>("s:" + Store).AddAgent(catalog.Find(Store)!.Owner, Seller.Id);
            Assert.True(added.IsOk);
        }

        public async Task DisposeAsync()
        {
            await Front.DisposeAsync();
            _data.Dispose();
        }
    }
}
