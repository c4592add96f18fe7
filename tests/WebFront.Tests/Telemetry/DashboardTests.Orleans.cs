using System.Net;
using System.Text.Json.Nodes;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests.Telemetry;

/// <summary>The Orleans Dashboard of a process that is silo and front in one.</summary>
[Collection(ScrapedAlone.Name)]
public sealed class DashboardTests
{
    [Fact]
    public async Task Dashboard_is_on_the_private_port_and_not_on_the_public_one()
    {
        using var data = new Data();
        var port = FreePorts.Next();
        await using var front = await Front.Start(data, $"--Chat:Telemetry:MetricsPort={port}", "--Chat:Telemetry:Dashboard=true");
        await front.Register("ada");
        using var operators = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Contains("index.min.js", await operators.GetStringAsync("/dashboard/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await operators.GetAsync("/dashboard/index.min.js")).StatusCode);
        JsonNode counters = null!;
        await Eventually.True(async () =>
            (counters = JsonNode.Parse(await operators.GetStringAsync("/dashboard/DashboardCounters?exclude=none"))!)["totalActivationCount"]!.GetValue<int>() > 0);
        Assert.Single(counters["hosts"]!.AsArray());
        Assert.Contains("chat_hub_connections", await operators.GetStringAsync("/metrics"), StringComparison.Ordinal);

        foreach (var path in (string[])["/dashboard/", "/dashboard/DashboardCounters?exclude=none", "/dashboard/index.min.js"])
        {
            var answer = await (await front.Http.GetAsync(path)).Content.ReadAsStringAsync();
            Assert.DoesNotContain("index.min.js", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("totalActivationCount", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_its_setting_there_is_none()
    {
        using var data = new Data();
        var port = FreePorts.Next();
        await using var front = await Front.Start(data, $"--Chat:Telemetry:MetricsPort={port}");
        using var operators = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Equal(HttpStatusCode.NotFound, (await operators.GetAsync("/dashboard/")).StatusCode);
    }
}
