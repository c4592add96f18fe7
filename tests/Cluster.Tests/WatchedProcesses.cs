using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Chat.Grains.Tests.Storage;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>
/// The programs of this host as processes, told to write down as much as they can, with a receiver of their telemetry and with
/// secrets that can be found again. People sign in, talk, make mistakes, and lose the database for a while. What the processes
/// wrote, answered and sent is kept.
/// </summary>
public sealed partial class WatchedProcesses : IAsyncLifetime
{
    private const int LinesKept = 2_000_000;

    private readonly Dictionary<string, string> _secrets = new()
    {
        ["database password"] = "dbpwVUXQRZKJ",
        ["signing key"] = Convert.ToBase64String(Encoding.ASCII.GetBytes("signkeyQZXJVKWPHMGBYTFDLNCRASOEIU0123456789abcdefg")),
        ["secret of the marketplace"] = "marketVUXQRZKJ0123456789012345678901234567",
        ["password of staff"] = "staffpwVUXQRZKJ",
        ["password"] = "buyerpwVUXQRZKJ",
        ["wrong password"] = "wrongpwVUXQRZKJ",
        ["text"] = "firsttextVUXQRZKJ",
        ["text of a call that is malformed"] = "malformedVUXQRZKJ",
        ["text while the database is away"] = "outagetextVUXQRZKJ",
        ["header for the collector"] = "otlpheaderVUXQRZKJ",
        ["beginning of every password hash"] = "AQAAAAIAAYag",
    };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("chat-watched-");
    private readonly List<ServerProcess> _programs = [];
    private readonly ConcurrentQueue<string> _answers = new();
    private readonly List<string> _scrapes = [];
    private PostgresServer? _postgres;
    private TestDatabase? _database;
    private OtlpReceiver? _receiver;

    /// <summary>What nobody may find, by what it is.</summary>
    internal IReadOnlyDictionary<string, string> Secrets => _secrets;

    internal OtlpReceiver Receiver => _receiver!;

    /// <summary>All that can be read from outside, by where.</summary>
    internal IEnumerable<(string Where, string Text)> Written =>
    [
        .. _programs.Select((program, i) => ($"output of process {i}", program.Tail)),
        .. _answers.Select(answer => ("an answer", answer)),
        .. _scrapes.Select(scrape => ("/metrics", scrape)),
        .. Receiver.Raw.Select(payload => ("telemetry", Encoding.UTF8.GetString(payload))),
    ];

    /// <summary>Lines of the processes.</summary>
    internal string Log => string.Join('\n', _programs.Select(program => program.Tail));

    public async Task InitializeAsync()
    {
        if (PostgresServer.WhyNoOwn is not null)
        {
            return;
        }

        _postgres = new PostgresServer();
        _database = await TestDatabase.CreateUnprepared(DatabaseKind.Postgres, _postgres);
        _receiver = await OtlpReceiver.Start();
        var front = await StartPrograms();
        await Live(front);
        foreach (var program in _programs)
        {
            await program.Stop();
        }
    }

    public async Task DisposeAsync()
    {
        _programs.ForEach(program => program.Dispose());
        if (_postgres is not null)
        {
            await _receiver!.DisposeAsync();
            _postgres.Dispose();
        }

        _directory.Delete(recursive: true);
    }

    /// <summary>Settings of every process; secrets by environment, by file and by directory.</summary>
    private Dictionary<string, string> Settings(string otlp, string protocol)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "database-password"), Secrets["database password"] + "\n");
        File.WriteAllText(Path.Combine(_directory.FullName, "Chat__Auth__SigningKey"), Secrets["signing key"] + "\n");
        return new Dictionary<string, string>
        {
            ["Chat__Database__Provider"] = "Postgres",
            ["Chat__Database__ConnectionString"] = _database!.Options.ConnectionString,
            ["Chat__Database__PasswordFile"] = Path.Combine(_directory.FullName, "database-password"),
            ["Chat__SecretsDirectory"] = _directory.FullName,
            ["Chat__Marketplace__Secret"] = Secrets["secret of the marketplace"],
            ["Chat__Staff__0__User"] = "watcher",
            ["Chat__Staff__0__Roles__0"] = "operator",
            ["Chat__Staff__0__Password"] = Secrets["password of staff"],
            ["Chat__Demo"] = "true",
            ["Chat__Silo__AdvertisedIP"] = "127.0.0.1",
            ["Chat__Telemetry__OtlpEndpoint"] = otlp,
            ["Chat__Telemetry__TraceRatio"] = "1",
            ["Chat__Telemetry__JsonLogs"] = "true",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer " + Secrets["header for the collector"],
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["Logging__LogLevel__Default"] = "Trace",
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
            ["Logging__LogLevel__Microsoft.AspNetCore.SignalR"] = "Trace",
            ["Logging__LogLevel__Orleans"] = "Trace",
            ["Logging__LogLevel__Orleans.Messaging"] = "Trace",
            ["Logging__Console__LogLevel__Default"] = "Trace",
        };
    }

    private async Task Live((Uri Front, Uri[] Metrics) at)
    {
        using var http = new HttpClient { BaseAddress = at.Front };
        var seller = await Eventually.Get(() => SignIn(http, "elena-navarro", "demo-market-2026"));
        var buyer = await Token(http, "/api/accounts", new { name = "watchedbuyer", displayName = "Somebody", password = Secrets["password"] });
        _ = await Eventually.Get(() => SignIn(http, "watcher", Secrets["password of staff"]));
        await Post(http, "/api/sessions", new { name = "watchedbuyer", password = Secrets["wrong password"] });
        _secrets["token"] = buyer;
        _secrets["signature of a token"] = buyer.Split('.')[^1];
        await Eventually.Holds(async () => (await Get(http, "/api/me", seller)).Contains("casa-lumbre", StringComparison.Ordinal), "the demo's shop is open");

        const string Conversation = "watchedbuyer~casa-lumbre";
        var heard = new ConcurrentQueue<string>();
        await using (var to = await Enter(at.Front, seller, one => heard.Enqueue(one.GetRawText())))
        await using (var from = await Enter(at.Front, buyer, _ => { }))
        {
            Assert.True((await from.Call("send", new { conversation = Conversation, id = Guid.NewGuid(), body = Secrets["text"] })).GetProperty("ok").GetBoolean());
            await Eventually.Holds(() => Task.FromResult(heard.Any(one => one.Contains(Secrets["text"], StringComparison.Ordinal))), "the seller has the message");
            await from.Call("history", new { conversation = Conversation });
            Keep(await from.Call("send", new { conversation = Conversation, id = "no uuid", body = Secrets["text of a call that is malformed"] }));
            Keep(await from.Call("send", new { conversation = Conversation, id = Guid.NewGuid(), text = Secrets["text of a call that is malformed"] }));
            await from.Call("mark", new { conversation = Conversation, read = 1 });

            _postgres!.Kill();
            var id = Guid.NewGuid();
            var body = Secrets["text while the database is away"];
            Keep(await from.Call("send", new { conversation = Conversation, id, body }));
            await Post(http, "/api/sessions", new { name = "watchedbuyer", password = Secrets["password"] });
            await Post(http, "/api/accounts", new { name = "watchedlate", displayName = "Late", password = Secrets["password"] });
            await Get(http, "/api/orders?limit=5", buyer);
            _postgres.Start();
            await Eventually.Holds(async () => (await from.Call("send", new { conversation = Conversation, id, body })).GetProperty("ok").GetBoolean(), "the message is stored after all");
        }

        foreach (var address in at.Metrics)
        {
            _scrapes.Add(await http.GetStringAsync(address));
        }
    }

    private void Keep(JsonElement refusal)
    {
        Assert.False(refusal.GetProperty("ok").GetBoolean());
        _answers.Enqueue(refusal.GetRawText());
    }

    private static async Task<HubLink> Enter(Uri front, string token, Action<JsonElement> onEvent)
    {
        var link = await HubLink.Open(front, token, onEvent);
        Assert.True((await link.Call("hello", new { protocol = 1, device = Guid.NewGuid(), active = true })).GetProperty("ok").GetBoolean());
        return link;
    }

    private Task<string> SignIn(HttpClient http, string name, string password) => Token(http, "/api/sessions", new { name, password });

    private async Task<string> Token(HttpClient http, string path, object request)
    {
        using var answer = await http.PostAsJsonAsync(path, request);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>For what is refused: the answer is kept whole, with its headers.</summary>
    private async Task Post(HttpClient http, string path, object request)
    {
        using var answer = await http.PostAsJsonAsync(path, request);
        Assert.False(answer.IsSuccessStatusCode);
        _answers.Enqueue($"{answer} {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<string> Get(HttpClient http, string path, string token)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await http.SendAsync(ask);
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            _answers.Enqueue($"{answer} {body}");
        }

        return body;
    }
}
