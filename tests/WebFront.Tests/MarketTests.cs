using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;
using Chat.WebFront.Api;
using Chat.WebFront.Demo;
using Chat.WebFront.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.WebFront.Tests;

/// <summary>What the marketplace's pages read, over HTTP, with the demo data.</summary>
public sealed class MarketTests : IClassFixture<MarketTests.Demo>
{
    private readonly Front _front;

    public MarketTests(Demo demo) => _front = demo.Front;

    public sealed class Demo : IAsyncLifetime
    {
        private readonly Data _data = new();

        internal Front Front { get; private set; } = null!;

        public async Task InitializeAsync() => Front = await Front.Start(_data, "--Chat:Demo=true");

        public async Task DisposeAsync()
        {
            await Front.DisposeAsync();
            _data.Dispose();
        }
    }

    private async Task<(JsonObject Product, HttpResponseMessage Answer)> Product(string query, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products/jarra-azul" + query);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", accept);
        }

        var answer = await _front.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return ((await answer.Content.ReadFromJsonAsync<JsonObject>())!, answer);
    }

    [Theory]
    [InlineData("", null, "en")]
    [InlineData("", "es", "es")]
    [InlineData("", "es-MX,en;q=0.5", "es")]
    [InlineData("", "EN-gb;q=0.8, ES;q=0.9", "es")]
    [InlineData("", "ja, zh;q=0.9", "en")]
    [InlineData("", "es;q=0", "en")]
    [InlineData("", "*", "en")]
    [InlineData("", ";;;=,q", "en")]
    [InlineData("?lang=es", "en", "es")]
    [InlineData("?lang=es-ES", null, "es")]
    [InlineData("?lang=ja", "es", "es")]
    [InlineData("?lang=", null, "en")]
    public async Task A_description_comes_in_the_readers_language_else_in_english(string query, string? accept, string lang)
    {
        var (product, answer) = await Product(query, accept);

        Assert.Equal(lang, product["descriptionLang"]!.GetValue<string>());
        Assert.Contains(lang == "es" ? "Jarra de barro" : "earthenware pitcher", product["description"]!.GetValue<string>());
        Assert.Equal([lang], answer.Content.Headers.ContentLanguage);
        Assert.Contains("Accept-Language", answer.Headers.Vary);
    }

    [Fact]
    public async Task A_list_tells_the_language_of_each_description()
    {
        using var answer = await _front.Http.GetAsync("/api/products?lang=fr");

        var products = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["products"]!.AsArray();
        Assert.Equal(["en", "fr"], products.Select(product => product!["descriptionLang"]!.GetValue<string>()).Distinct().Order());
        Assert.Equal(["en", "fr"], answer.Content.Headers.ContentLanguage);
    }

    [Fact]
    public async Task A_store_shows_its_rating_wherever_its_card_is_and_no_share_before_there_are_enough()
    {
        var card = _front.Service<ICatalog>().Search(null, null)[^1].Card;
        for (var number = 1; number <= 11; number++)
        {
            var reply = await _front.Grains.Rating(card.Store).Record(
                new RatingGiven(ReviewId.Of(new OrderId("rated"), number), number == 1 ? 2 : number == 2 ? 3 : 5, DateTimeOffset.UtcNow));
            Assert.True(reply.IsOk);
            var expected = new JsonObject
            {
                ["stars"] = new JsonArray(0, 1, Math.Min(1, number - 1), 0, Math.Max(0, number - 2)), ["count"] = number, ["minimum"] = 10, ["months"] = 6,
            };
            if (number >= 10)
            {
                expected["positive"] = (number - 2.0) / (number - 1);
            }

            var store = await _front.Http.GetFromJsonAsync<JsonObject>($"/api/stores/{card.Store}");
            var stores = await _front.Http.GetFromJsonAsync<JsonObject>("/api/stores");
            var product = await _front.Http.GetFromJsonAsync<JsonObject>($"/api/products/{card.Id}");
            var products = await _front.Http.GetFromJsonAsync<JsonObject>($"/api/products?store={card.Store}");
            JsonNode?[] told =
            [
                store!["rating"],
                stores!["stores"]!.AsArray().Single(one => one!["id"]!.GetValue<string>() == card.Store.Value)!["rating"],
                product!["storeCard"]!["rating"],
                products!["products"]![0]!["storeCard"]!["rating"],
            ];
            Assert.All(told, rating => Assert.True(JsonNode.DeepEquals(expected, rating), $"{expected} and {rating}"));
        }
    }

    [Fact]
    public async Task Several_fronts_that_fill_the_same_database_at_once_leave_one_copy()
    {
        using var data = new Data();
        await using var front = await Front.Start(data, "--Chat:Demo=true");
        var services = front.Service<IServiceProvider>();
        var seeders = Enumerable.Range(0, 3).Select(_ => ActivatorUtilities.CreateInstance<DemoSeeder>(services)).ToList();

        // Beside the front's own, which has just begun.
        foreach (var seeder in seeders)
        {
            await seeder.StartAsync(CancellationToken.None);
        }

        await Task.WhenAll(seeders.Append(front.Service<DemoSeeder>()).Select(seeder => seeder.Done));

        Assert.NotNull(await front.Grains.Store(new StoreId("demo.seeded")).GetProfile());
        var demo = front.Service<DemoData>();
        foreach (var conversation in demo.Conversations)
        {
            var store = PrincipalId.Of(conversation.Store);
            var page = await front.Grains.Conversation(ConversationId.Between(conversation.Buyer, conversation.Store)).History(store, 0, Limits.HistoryPageMax);
            var texts = page.Value!.Messages.Where(message => message.Kind == MessageKind.Text);
            Assert.Equal(conversation.Messages.Select(message => message.Body), texts.Select(message => message.Body));
        }

        var emma = demo.Orders[0].Buyer;
        var orders = (await front.Service<IOrderReader>().Page(PrincipalId.Of(emma), null, null, Limits.OrdersPageMax)).Orders;
        Assert.Equal(demo.Orders.Count(order => order.Buyer == emma), orders.Count);
        Assert.Equal(
            [OrderStatus.AwaitingPayment, OrderStatus.AwaitingShipment, OrderStatus.CancellationRequested, OrderStatus.Shipped, OrderStatus.Completed],
            orders.Select(order => order.Card.Status).Order());

        var agent = await front.Grains.User(demo.Stores[0].Agents[^1]).GetProfile();
        Assert.Equal([demo.Stores[0].Id], agent!.Stores);
        foreach (var seeder in seeders)
        {
            await seeder.StopAsync(CancellationToken.None);
            seeder.Dispose();
        }
    }

    [Fact]
    public async Task The_OpenAPI_description_lists_every_route_of_the_protocol_and_no_other()
    {
        var spec = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "docs", "protocol.md"));
        var promised = Regex.Matches(spec, "`(GET|POST|DELETE) (/api/[^`]+)`").Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}");

        var description = await _front.Http.GetFromJsonAsync<JsonObject>("/openapi/v1.json");

        Assert.StartsWith("3.", description!["openapi"]!.GetValue<string>());
        var listed = description["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        Assert.Equal(promised.Distinct().Order(), listed.Order());

        static string Here([CallerFilePath] string path = "") => path;
    }

    [Fact]
    public void A_text_without_english_comes_in_a_language_it_has()
    {
        var wanted = WantedLanguages.Of("ja", new DefaultHttpContext().Request);

        Assert.Equal("pl", wanted.Choose(new Dictionary<string, string> { ["ro"] = "da", ["pl"] = "tak" }));
    }
}
