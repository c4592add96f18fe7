using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.WebFront.Api;
using Chat.WebFront.Tests.Support;
using Microsoft.AspNetCore.Http;

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
    public void A_text_without_english_comes_in_a_language_it_has()
    {
        var wanted = WantedLanguages.Of("ja", new DefaultHttpContext().Request);

        Assert.Equal("pl", wanted.Choose(new Dictionary<string, string> { ["ro"] = "da", ["pl"] = "tak" }));
    }
}
