using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.WebFront.Api;
using Chat.WebFront.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chat.WebFront.Tests.Telemetry;

public sealed class LogTests : IAsyncLifetime
{
    private const string Password = "a password nobody logs 77";
    private const string Body = "a body that nobody logs 4711";

    private readonly Data _data = new();
    private readonly Recorder _recorder = new();
    private Front _front = null!;

    public async Task InitializeAsync()
    {
        _front = await Front.Start(_data, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:Console:LogLevel:Default=None");
        _front.Service<ILoggerFactory>().AddProvider(_recorder);
    }

    public async Task DisposeAsync()
    {
        await _front.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task No_line_at_any_level_holds_a_body_a_token_or_a_password()
    {
        var buyer = await _front.Register("quietbuyer", Password);
        var seller = await _front.Register("quietseller", Password);
        var store = await _front.Open("quietstore", seller.Id);
        Assert.False((await _front.Send(HttpMethod.Post, "/api/sessions", body: new { name = "quietbuyer", password = Password + "x" })).IsSuccessStatusCode);
        await using var from = await HubClient.Enter(_front.Address, buyer.Token);
        await using var to = await HubClient.Enter(_front.Address, seller.Token);
        var conversation = $"{buyer.Id.Value}~{store.Value}";
        await from.Ok("send", new { conversation, id = Guid.NewGuid(), body = Body });
        await to.Event("message");
        await to.Ok("history", new { conversation });
        await to.Call("send", new { conversation, id = "no uuid", body = Body });
        await to.Ok("mark", new { conversation, read = 1 });

        var lines = _recorder.Lines;
        Assert.Contains(lines, line => line.Category == "Microsoft.AspNetCore.SignalR.HubConnectionHandler");
        Assert.Contains(lines, line => line.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal));
        foreach (var secret in new[] { Body, Password, buyer.Token, seller.Token, buyer.Token.Split('.')[^1] })
        {
            Assert.Null(lines.FirstOrDefault(line => line.Text.Contains(secret, StringComparison.Ordinal)).Text);
        }
    }

    [Fact]
    public async Task A_line_of_a_hub_call_names_its_connection_and_a_line_of_a_request_its_trace()
    {
        var person = await _front.Register("namedperson");
        await using var client = await HubClient.Enter(_front.Address, person.Token);
        await client.Call("inbox", new { filter = "all" });
        await Eventually.True(() => Task.FromResult(_recorder.Lines.Any(line =>
            line.Category.StartsWith("Microsoft.AspNetCore.SignalR", StringComparison.Ordinal) && line.Scopes.Contains("TransportConnectionId", StringComparison.Ordinal))));
        Assert.Contains(_recorder.Lines, line => line.Scopes.Contains("TraceId", StringComparison.Ordinal) && line.Scopes.Contains("/api/accounts", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ErrorCode.Internal, true)]
    [InlineData(ErrorCode.Unavailable, true)]
    [InlineData(ErrorCode.BadRequest, false)]
    public async Task A_fault_of_ours_carries_a_correlation_id_and_a_refusal_does_not(ErrorCode code, bool has)
    {
        var context = new DefaultHttpContext { RequestServices = _front.Service<IServiceProvider>(), TraceIdentifier = "this-request" };
        context.Response.Body = new MemoryStream();
        await Refused.Write(context, new ChatError(code, "Said."));
        Assert.Equal(has, context.Response.Headers.ContainsKey("X-Correlation-Id"));
        context.Response.Body.Position = 0;
        Assert.Equal((int)code, (await JsonNode.ParseAsync(context.Response.Body))!["error"]!["code"]!.GetValue<int>());
    }

    private readonly record struct Line(string Category, string Text, string Scopes);

    private sealed class Recorder : ILoggerProvider, ISupportExternalScope
    {
        private readonly ConcurrentQueue<Line> _lines = new();
        private IExternalScopeProvider? _scopes;

        public IReadOnlyList<Line> Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Writer(Recorder recorder, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => recorder._scopes?.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var scopes = new List<string>();
                recorder._scopes?.ForEachScope((scope, to) => to.Add(Describe(scope)), scopes);
                var told = string.Join(' ', scopes);
                recorder._lines.Enqueue(new Line(category, $"{formatter(state, exception)} {Describe(state)} {exception} {told}", told));
            }

            private static string Describe(object? state) => state is IEnumerable<KeyValuePair<string, object?>> pairs
                ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}"))
                : state?.ToString() ?? string.Empty;
        }
    }
}
