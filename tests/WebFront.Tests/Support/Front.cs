using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Chat.WebFront.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Chat.WebFront.Tests.Support;

/// <summary>
/// A whole front end in this process: real Kestrel on a free port, real grains on the host of this build, a SQLite file of
/// its own. Disposing stops it; the file stays until the <see cref="Data"/> is disposed of, so that a test can restart it.
/// </summary>
internal sealed class Front : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Front(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
        Http = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<Front> Start(Data data, params string[] settings)
    {
        var app = FrontProgram.Build(
        [
            "--urls", "http://127.0.0.1:0",
            "--Chat:Database:Provider=Sqlite",
            $"--Chat:Database:ConnectionString=Data Source={data.File}",
            "--Chat:Demo=false",
            "--Chat:Auth:AttemptsBurst=10000",
            "--Chat:Policy:RequestBurst=100000",
            "--Logging:LogLevel:Default=Warning",
            .. settings,
        ]);
        await FrontProgram.Prepare(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new Front(app, new Uri(address));
    }

    /// <summary>Registers somebody new; name and display name are one.</summary>
    public async Task<Person> Register(string name, string password = "correct horse battery")
    {
        var answer = await Http.PostAsJsonAsync("/api/accounts", new { name, displayName = "The " + name, password });
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(answer.IsSuccessStatusCode, body?.ToJsonString());
        return new Person(new UserId(name), body!["token"]!.GetValue<string>());
    }

    /// <summary>Opens a store under an owner, with agents.</summary>
    public async Task<StoreId> Open(string name, UserId owner, params UserId[] agents)
    {
        var store = new StoreId(name);
        Assert.True((await Grains.GetGrain<IStoreGrain>("s:" + name).Open("The " + name, owner)).IsOk);
        foreach (var agent in agents)
        {
            Assert.True((await Grains.GetGrain<IStoreGrain>("s:" + name).AddAgent(owner, agent)).IsOk);
        }

        return store;
    }

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? token = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Told to stop, as by a signal; ends when it has stopped. What it was made of is still there.</summary>
    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>Somebody with an account and a token.</summary>
internal sealed record Person(UserId Id, string Token);

/// <summary>A directory for one test's database.</summary>
internal sealed class Data : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chat-front-test-").FullName;

    public string File => Path.Combine(_directory, "chat.db");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
