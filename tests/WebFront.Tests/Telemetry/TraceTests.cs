using System.Collections.Concurrent;
using System.Diagnostics;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests.Telemetry;

public sealed class TraceTests : IAsyncLifetime
{
    /// <summary>Nobody is there: what is exported is lost, what is traced is seen here.</summary>
    private static readonly string[] Traced = ["--Chat:Telemetry:OtlpEndpoint=http://127.0.0.1:9", "--Chat:Telemetry:TraceRatio=1"];

    private readonly Data _data = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private Front _front = null!;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Chat" or "Microsoft.Orleans.Application",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public async Task InitializeAsync() => _front = await Front.Start(_data, Traced);

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        await _front.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task One_send_is_one_connected_trace_from_the_hub_to_the_other_side()
    {
        var buyer = await _front.Register("tracedbuyer");
        var seller = await _front.Register("tracedseller");
        var store = await _front.Open("tracedstore", seller.Id);
        await using var from = await HubClient.Enter(_front.Address, buyer.Token);
        await using var to = await HubClient.Enter(_front.Address, seller.Token);
        await from.Ok("send", new { conversation = $"{buyer.Id.Value}~{store.Value}", id = Guid.NewGuid(), body = "hello" });
        await to.Event("message");

        // The call's own span ends a moment after its answer is written.
        string[] steps = ["hub send", "IConversationGrain/Post", "conversation write", "log commit", "fan-out", "front link", "front delivery"];
        Activity[] trace = [];
        await Eventually.True(() =>
        {
            var all = _ended.ToArray();
            // Other classes may send meanwhile, and this hears them too.
            var whole = all.GroupBy(span => span.TraceId).FirstOrDefault(one => steps.All(step => one.Any(span => span.OperationName == step)));
            trace = whole is null ? [] : [.. whole];
            return Task.FromResult(whole is not null);
        });

        var known = trace.Select(span => span.SpanId).ToHashSet();
        Assert.Equal("hub send", Assert.Single(trace, span => span.ParentSpanId == default).OperationName);
        Assert.All(trace.Where(span => span.ParentSpanId != default), span => Assert.Contains(span.ParentSpanId, known));
        Assert.Equal("conversation write", trace.Single(span => span.SpanId == trace.Single(one => one.OperationName == "log commit").ParentSpanId).OperationName);
        Assert.DoesNotContain(trace.SelectMany(span => span.TagObjects), tag => tag.Value is string text && text.Contains("hello", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sends_at_once_are_traces_of_their_own()
    {
        const int Sends = 12;
        var buyer = await _front.Register("manybuyer");
        var seller = await _front.Register("manyseller");
        var store = await _front.Open("manystore", seller.Id);
        await using var from = await HubClient.Enter(_front.Address, buyer.Token);
        await Task.WhenAll(Enumerable.Range(0, Sends).Select(i =>
            from.Ok("send", new { conversation = $"{buyer.Id.Value}~{store.Value}", id = Guid.NewGuid(), body = $"{i}" })));
        await Eventually.True(() => Task.FromResult(_ended.Count(span => span.OperationName == "hub send") >= Sends));

        var traces = _ended.Where(span => span.OperationName == "hub send").GroupBy(span => span.TraceId).ToArray();
        Assert.True(traces.Length >= Sends);
        Assert.All(traces, trace => Assert.Single(trace));
        Assert.True(_ended.Where(span => span.OperationName == "IConversationGrain/Post").Select(post => post.TraceId).Distinct().Count() >= Sends);
    }
}
