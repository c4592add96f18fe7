using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Chat.Grains;
using Chat.Silo.Telemetry;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests.Telemetry;

/// <summary>Board, alerts and documents ask for nothing that no process exports, and the documents leave nothing out.</summary>
public sealed partial class GrafanaTests
{
    [Fact]
    public async Task Every_metric_of_the_board_the_alerts_and_the_documents_is_one_that_is_exported()
    {
        var exported = await Exported();
        foreach (var file in (string[])["ops/grafana/chat.json", "ops/prometheus/alerts.yml", "ops/prometheus/alerts.test.yml", "docs/operating.md"])
        {
            var asked = Asked(file);
            Assert.True(asked.Length > 5, file);
            Assert.All(asked, name => Assert.True(IsOfOtherHost(name, exported) || exported.Contains(name), $"{name} in {file}"));
        }
    }

    [Fact]
    public async Task Every_instrument_of_ours_is_told_of_in_the_documents()
    {
        var told = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operating.md"));
        var ours = (await Exported()).Where(name => name.StartsWith("chat_", StringComparison.Ordinal))
            .Where(name => !HistogramPart().IsMatch(name) && !name.EndsWith("_max", StringComparison.Ordinal)).ToArray();
        Assert.True(ours.Length > 15);
        Assert.All(ours, name => Assert.True(told.Contains($"`{name}`", StringComparison.Ordinal), name));
    }

    /// <summary>Names of the instruments that exist in a running front, as Prometheus knows them.</summary>
    private static async Task<HashSet<string>> Exported()
    {
        var names = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            var type = instrument.GetType().Name;
            var name = PrometheusText.NameOf(instrument.Name, instrument.Unit, type is "Counter`1" or "ObservableCounter`1", type is "ObservableGauge`1" or "Gauge`1");
            lock (names)
            {
                names.Add(name);
                if (type == "Histogram`1")
                {
                    names.UnionWith([name + "_bucket", name + "_sum", name + "_count"]);
                }
            }
        };
        listener.Start();
        foreach (var type in typeof(ChatGrains).Assembly.GetTypes().Where(type => type.GetField("MeterName", BindingFlags.Static | BindingFlags.Public) is not null))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        using var data = new Data();
        await using (var front = await Front.Start(data))
        {
            var person = await front.Register(FrontFixture.Unique("grafana"));
            await using var client = await HubClient.Enter(front.Address, person.Token);
        }

        lock (names)
        {
            return [.. names];
        }
    }

    private static string[] Asked(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, file));
        var names = MetricName().Matches(file.EndsWith(".json", StringComparison.Ordinal) ? string.Join('\n', Queries(JsonNode.Parse(text)!)) : text)
            .Select(match => match.Value).Distinct();
        return [.. names.Where(name => !name.EndsWith('_'))];
    }

    private static IEnumerable<string> Queries(JsonNode board) =>
        board["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.GetValue<string>());

    /// <summary>What one host alone measures is asked for beside what the other does.</summary>
    private static bool IsOfOtherHost(string name, HashSet<string> exported) =>
        name.StartsWith("orleans_", StringComparison.Ordinal) && exported.Contains("chat_grains_activations")
        || name == "chat_grains_activations" && exported.Any(one => one.StartsWith("orleans_", StringComparison.Ordinal));

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();

    [GeneratedRegex(@"\b(chat|dotnet|orleans|kestrel|http)_[a-z0-9_]+")]
    private static partial Regex MetricName();
}
