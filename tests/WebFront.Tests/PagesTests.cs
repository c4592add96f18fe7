using System.Net;
using Chat.WebFront.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.WebFront.Tests;

/// <summary>Which addresses are pages of the client, and which are files that exist or do not.</summary>
public sealed class PagesTests : IDisposable
{
    private const string Page = "<!doctype html><title>the client</title>";

    private readonly string _root = Directory.CreateTempSubdirectory("chat-pages-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task<WebApplication> Serve(bool built)
    {
        if (built)
        {
            Directory.CreateDirectory(Path.Combine(_root, "assets"));
            await File.WriteAllTextAsync(Path.Combine(_root, "index.html"), Page);
            await File.WriteAllTextAsync(Path.Combine(_root, "assets", "app.a1b2.js"), "export {}");
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { WebRootPath = _root });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseClientFiles();
        app.UseRouting();
        app.MapClientRoutes();
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpResponseMessage> Get(WebApplication app, string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        return await http.GetAsync(path);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in?next=/messages")]
    [InlineData("/messages")]
    [InlineData("/messages/anna~shop.x")]
    [InlineData("/messages/anna.b~shop")]
    [InlineData("/product/a.b")]
    [InlineData("/product/lamp.js")]
    [InlineData("/store/shop.example")]
    [InlineData("/no-such-page")]
    public async Task Addresses_of_the_client_are_its_page_also_with_dots_in_an_id(string path)
    {
        await using var app = await Serve(built: true);

        using var answer = await Get(app, path);

        Assert.Equal((HttpStatusCode.OK, Page), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("/assets/app.old.js")]
    [InlineData("/assets/app")]
    [InlineData("/art/products/nothing.svg")]
    [InlineData("/favicon.ico")]
    [InlineData("/robots.txt")]
    public async Task A_file_that_is_missing_is_404_and_no_page(string path)
    {
        await using var app = await Serve(built: true);

        using var answer = await Get(app, path);

        Assert.Equal((HttpStatusCode.NotFound, string.Empty), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Hashed_files_may_be_kept_for_ever()
    {
        await using var app = await Serve(built: true);

        using var answer = await Get(app, "/assets/app.a1b2.js");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Without_a_built_client_every_page_says_so_in_words()
    {
        await using var app = await Serve(built: false);

        using var answer = await Get(app, "/");

        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("user interface was not built", await answer.Content.ReadAsStringAsync());
    }
}
