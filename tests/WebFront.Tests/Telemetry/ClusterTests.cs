using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.WebFront.Auth;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests.Telemetry;

/// <summary>What an operator sees, and what only a scraper on the private port does.</summary>
[Collection(ScrapedAlone.Name)]
public sealed class ClusterTests : IAsyncLifetime
{
    private const string OperatorPassword = "operators look at this";

    private readonly Data _data = new();
    private readonly int _metricsPort = FreePorts.Next();
    private Front _front = null!;

    public async Task InitializeAsync()
    {
        _front = await Front.Start(
            _data,
            $"--Chat:Telemetry:MetricsPort={_metricsPort}",
            "--Chat:Staff:0:User=olga", "--Chat:Staff:0:Roles:0=operator", $"--Chat:Staff:0:Password={OperatorPassword}");
        await _front.Service<StaffAccounts>().Done;
    }

    public async Task DisposeAsync()
    {
        await _front.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task An_operator_sees_processes_load_the_hottest_conversation_and_refusals()
    {
        var conversation = await Talk("seen", 5);
        var token = await SignIn();
        JsonObject cluster = [];
        await Eventually.True(async () =>
        {
            cluster = await Cluster(token);
            return cluster["hottest"]!.AsArray().Any(hot => hot!["conversation"]!.GetValue<string>() == conversation && hot["sends"]!.GetValue<long>() == 6)
                && cluster["refusals"]!.AsArray().Count > 0;
        });
        var process = cluster["processes"]!.AsArray().Single()!;
        Assert.Equal("single", process["kind"]!.GetValue<string>());
        Assert.True(process["memoryBytes"]!.GetValue<long>() > 1_000_000);
        Assert.True(process["samples"]!.AsArray().Sum(sample => sample!["sends"]!.GetValue<double>()) > 0);
        Assert.Equal(conversation, cluster["hottest"]![0]!["conversation"]!.GetValue<string>());
        Assert.Equal("active", cluster["silos"]!.AsArray().Single()!["status"]!.GetValue<string>());
        Assert.True(cluster["silos"]![0]!["activations"]!.GetValue<int>() > 0);
        Assert.Contains(cluster["refusals"]!.AsArray(), refusal => refusal!["code"]!.GetValue<int>() == 3002 && refusal["name"]!.GetValue<string>() == "message_empty");
        Assert.Equal(0, cluster["overdue"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task To_everybody_else_the_cluster_does_not_exist()
    {
        var person = await _front.Register("nobodyspecial");
        var answer = await _front.Send(HttpMethod.Get, "/api/operator/cluster", person.Token);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(1002, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!["code"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.Unauthorized, (await _front.Send(HttpMethod.Get, "/api/operator/cluster")).StatusCode);
    }

    [Fact]
    public async Task Metrics_are_on_the_private_port_and_not_on_the_public_one()
    {
        await Talk("scraped", 3);
        Assert.DoesNotContain("chat_hub_calls", await (await _front.Http.GetAsync("/metrics")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var scraper = new HttpClient();
        var answer = await scraper.GetAsync($"http://127.0.0.1:{_metricsPort}/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());

        // A client has its answer, or its message, a moment before the front has counted it.
        (string Series, double AtLeast)[] expected =
        [
            ("chat_hub_calls_total{code=\"ok\",method=\"send\"}", 3),
            ("chat_hub_calls_total{code=\"3002\",method=\"send\"}", 1),
            ("chat_refusals_total{code=\"3002\",surface=\"hub\"}", 1),
            ("chat_hub_connections", 1),
            ("chat_log_messages_total", 3),
            ("chat_fanout_lag_seconds_count", 3),
            ("chat_log_commit_duration_seconds_count", 1),
        ];
        string[] missing = [];
        await Eventually.True(
            async () =>
            {
                var text = await scraper.GetStringAsync(answer.RequestMessage!.RequestUri);
                missing = [.. expected.Where(value => Value(text, value.Series) < value.AtLeast).Select(value => $"{value.Series} is {Value(text, value.Series)}")];
                return missing.Length == 0;
            },
            () => string.Join('\n', missing));
    }

    /// <summary>Sends some messages, and one that is refused; both sides stay connected until the front ends.</summary>
    private async Task<string> Talk(string stem, int messages)
    {
        var buyer = await _front.Register(stem + "buyer");
        var seller = await _front.Register(stem + "seller");
        var store = await _front.Open(stem + "store", seller.Id);
        var conversation = $"{buyer.Id.Value}~{store.Value}";
        var from = await HubClient.Enter(_front.Address, buyer.Token);
        var to = await HubClient.Enter(_front.Address, seller.Token);
        for (var i = 0; i < messages; i++)
        {
            await from.Ok("send", new { conversation, id = Guid.NewGuid(), body = "words" });
            await to.Event("message");
        }

        Assert.False((await to.Call("send", new { conversation, id = Guid.NewGuid(), body = " " }))["ok"]!.GetValue<bool>());
        return conversation;
    }

    private async Task<string> SignIn()
    {
        var answer = await _front.Send(HttpMethod.Post, "/api/sessions", body: new { name = "olga", password = OperatorPassword });
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!.GetValue<string>();
    }

    private async Task<JsonObject> Cluster(string token)
    {
        var answer = await _front.Send(HttpMethod.Get, "/api/operator/cluster", token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private static double Value(string text, string series)
    {
        // The fronts of other test classes are in this process too, each with a meter of its own.
        return text.Split('\n').Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
