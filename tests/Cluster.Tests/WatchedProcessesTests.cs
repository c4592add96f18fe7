namespace Chat.Cluster.Tests;

/// <summary>What can be read from outside of the programs: whole traces and metrics, and no secret.</summary>
public sealed class WatchedProcessesTests(WatchedProcesses watched) : IClassFixture<WatchedProcesses>
{
    [NeedsOwnPostgresFact]
    public void Nothing_that_is_written_answered_or_exported_holds_a_secret()
    {
        var written = watched.Written.ToArray();

        // It did write as much as it can, and it did fail.
        Assert.Contains("\"LogLevel\":\"Trace\"", watched.Log, StringComparison.Ordinal);
        Assert.Contains("\"Category\":\"Microsoft.AspNetCore.SignalR", watched.Log, StringComparison.Ordinal);
        Assert.Contains(written, one => one.Where == "an answer" && one.Text.Contains("1004", StringComparison.Ordinal) | one.Text.Contains("1006", StringComparison.Ordinal));
        Assert.Equal(["/metrics", "an answer", "telemetry"], written.Select(one => one.Where).Where(where => !where.StartsWith("output", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        var found = watched.Secrets
            .SelectMany(secret => written.Where(one => one.Text.Contains(secret.Value, StringComparison.Ordinal)).Select(one => $"{secret.Key} in {one.Where}: {LineOf(one.Text, secret.Value)}"))
            .Distinct();
        Assert.Empty(found);
    }

    [NeedsOwnPostgresFact]
    public void A_collector_gets_a_send_as_one_trace_with_the_right_parents()
    {
        string[] steps = ["hub send", "IConversationGrain/Post", "conversation write", "log commit", "fan-out", "front link", "front delivery"];
        var trace = watched.Receiver.Spans.GroupBy(span => span.Trace).FirstOrDefault(one => steps.All(step => one.Any(span => span.Name == step)));
        Assert.NotNull(trace);

        var byId = trace.ToDictionary(span => span.Id);
        var root = Assert.Single(trace, span => span.Parent == string.Empty);
        Assert.Equal(("hub send", WatchedProcesses.FrontService), (root.Name, root.Service));
        Assert.All(trace.Where(span => span != root), span => Assert.True(byId.ContainsKey(span.Parent), $"{span.Name} has a parent that never came."));
        Assert.Equal("conversation write", byId[trace.First(span => span.Name == "log commit").Parent].Name);
        var write = trace.First(span => span.Name == "conversation write");
        Assert.Equal(WatchedProcesses.StoreService, write.Service);
        Assert.Contains("IConversationGrain/Post", Ancestors(write).Select(span => span.Name));
        Assert.All(["fan-out", "front link", "front delivery"], step => Assert.Equal("IConversationGrain/Post", byId[trace.First(span => span.Name == step).Parent].Name));
        Assert.Equal(WatchedProcesses.FrontService, trace.First(span => span.Name == "front delivery").Service);
        Assert.All(trace, span => Assert.True(span.Start <= span.End));

        IEnumerable<ReceivedSpan> Ancestors(ReceivedSpan span)
        {
            for (var one = span; one.Parent != string.Empty;)
            {
                one = byId[one.Parent];
                yield return one;
            }
        }
    }

    [NeedsOwnPostgresFact]
    public void A_collector_gets_the_instruments_of_each_process()
    {
        (string Service, string Name, string Unit, string Kind)[] expected =
        [
            (WatchedProcesses.FrontService, "chat.hub.calls", "{call}", "sum"),
            (WatchedProcesses.FrontService, "chat.hub.call.duration", "s", "histogram"),
            (WatchedProcesses.FrontService, "chat.refusals", "{refusal}", "sum"),
            (WatchedProcesses.FrontService, "chat.hub.outgoing.bytes", "By", "gauge"),
            (WatchedProcesses.FrontService, "chat.fanout.lag", "s", "histogram"),
            (WatchedProcesses.StoreService, "chat.log.messages", "{message}", "sum"),
            (WatchedProcesses.StoreService, "chat.log.commit.duration", "s", "histogram"),
            (WatchedProcesses.StoreService, "dotnet.process.memory.working_set", "By", "sum"),
        ];
        Assert.All(expected, one => Assert.Contains(
            watched.Receiver.Instruments, got => (got.Service, got.Name, got.Unit, got.Kind) == one && got.Points > 0));
    }

    private static string LineOf(string text, string secret)
    {
        var at = text.IndexOf(secret, StringComparison.Ordinal);
        return text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 200)];
    }
}
