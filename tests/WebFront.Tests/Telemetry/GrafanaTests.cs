using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Chat.Grains;
using Chat.Silo.Telemetry;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests.Telemetry;

/// <summary>The board in the repository asks for nothing that no process exports.</summary>
public sealed partial class GrafanaTests
{
    [Fact]
    public async Task Every_metric_of_the_board_is_one_that_is_exported()
    {
        var exported = await Exported();
        var asked = Asked();
        Assert.True(asked.Count > 10);
        Assert.All(asked, name => Assert.True(IsOfOtherHost(name, exported) || exported.Contains(name), name));
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

    private static HashSet<string> Asked()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Chat.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        var board = JsonNode.Parse(File.ReadAllText(Path.Combine(directory.FullName, "ops", "grafana", "chat.json")))!;
        return [.. board["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .SelectMany(target => MetricName().Matches(target!["expr"]!.GetValue<string>())).Select(match => match.Value)];
    }

    /// <summary>What one host alone measures is asked for beside what the other does.</summary>
    private static bool IsOfOtherHost(string name, HashSet<string> exported) =>
        name.StartsWith("orleans_", StringComparison.Ordinal) && exported.Contains("chat_grains_activations")
        || name == "chat_grains_activations" && exported.Any(one => one.StartsWith("orleans_", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(chat|dotnet|orleans|kestrel|http)_[a-z0-9_]+")]
    private static partial Regex MetricName();
}
