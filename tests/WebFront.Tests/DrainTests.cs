using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Chat.Grains.Storage;
using Chat.WebFront.Tests.Support;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.WebFront.Tests;

/// <summary>A process that is told to stop while people write: in which order it lets go, and that nothing it took is lost.</summary>
public sealed class DrainTests
{
    private const int Clients = 30;
    private const int Draining = 9004;

    private static readonly string[] Times = ["--Chat:Drain:Notice=00:00:01", "--Chat:Drain:Spread=00:00:01"];

    [Fact]
    public async Task Unready_comes_first_closes_are_spread_and_nothing_acknowledged_is_lost()
    {
        using var data = new Data();
        var clock = Stopwatch.StartNew();
        Writer[] writers;
        TimeSpan unready;
        int? refused;
        string conversation;
        await using (var front = await Front.Start(data, [.. Times, "--Chat:Mode=Single", "--Chat:Policy:SendBurst=1000", "--Chat:Policy:SendsPerSecond=1000"]))
        {
            var owner = await front.Register("owner");
            var store = await front.Open("casa", owner.Id);
            var people = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => front.Register(string.Create(CultureInfo.InvariantCulture, $"buyer-{i:00}"))));
            conversation = "~" + store.Value;
            writers = await Task.WhenAll(people.Select(async person => new Writer(await HubClient.Enter(front.Address, person.Token), person.Id.Value + conversation, clock)));
            var writing = writers.Select(writer => writer.Write()).ToArray();
            await Task.WhenAll(writers.Select(writer => writer.HasWritten));

            var watching = UnreadyAt(front, clock);
            var stopping = Task.Run(front.Stop);
            unready = await watching;
            refused = await RefusedWith(front, owner.Token);
            await Task.WhenAll(writing);
            await stopping;
        }

        var closes = writers.Select(writer => writer.ClosedAt).Order().ToArray();
        Assert.True(unready < closes[0], $"Not ready at {unready}, the first close at {closes[0]}.");
        Assert.True(closes[^1] - closes[0] > TimeSpan.FromMilliseconds(100), $"All {Clients} closed within {closes[^1] - closes[0]}.");
        Assert.Equal(503, refused);
        Assert.All(writers, writer => Assert.Equal(Draining, writer.ClosingCode));
        Assert.All(writers, writer => Assert.InRange(writer.Unknown.Count, 0, 1));
        Assert.All(writers, writer => Assert.Empty(writer.Refused));
        await EverythingAcknowledgedIsThere(data, writers);
    }

    [Fact]
    public async Task Log_is_written_after_the_clients_left_and_before_the_grains_go()
    {
        using var data = new Data();
        var lines = new Lines();
        await using var front = await Front.Start(data, [.. Times, "--Logging:LogLevel:Chat=Information"]);
        front.Service<ILoggerFactory>().AddProvider(lines);
        var buyer = await front.Register("ada");
        await using var client = await HubClient.Enter(front.Address, buyer.Token);

        await front.Stop();

        var told = lines.All.Select(line => line.Category).Where(category => category.EndsWith("FrontDrain", StringComparison.Ordinal) || category.EndsWith("LogFlush", StringComparison.Ordinal));
        Assert.Equal(["FrontDrain", "FrontDrain", "LogFlush"], told.Select(category => category.Split('.')[^1]));

        // Hosted services stop in the reverse of this order, each when the one after it has.
        var services = front.Service<IEnumerable<IHostedService>>().Select(service => service.GetType()).ToArray();
        var flush = Array.FindIndex(services, type => type.Name == "LogFlush");
        var grains = Array.FindLastIndex(services, type => type.Namespace!.StartsWith("Orleans", StringComparison.Ordinal) || type.Namespace.StartsWith("Chat.EmbeddedHost", StringComparison.Ordinal));
        var web = Array.FindIndex(services, type => type.Name == "GenericWebHostService");
        Assert.True(grains >= 0 && grains < flush && flush < web, string.Join(", ", services.Select(type => type.Name)));
    }

    [Fact]
    public async Task Being_told_again_changes_nothing()
    {
        using var data = new Data();
        await using var front = await Front.Start(data, Times);
        var buyer = await front.Register("ada");
        var seller = await front.Register("sol");
        var store = await front.Open("casa", seller.Id);
        await using var client = await HubClient.Enter(front.Address, buyer.Token);
        await client.Ok("send", new { conversation = "ada~" + store.Value, id = Guid.NewGuid(), body = "once" });

        var lifetime = front.Service<IHostApplicationLifetime>();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(lifetime.StopApplication)).Append(Task.Run(front.Stop)));

        await client.Closed;
        Assert.Single(client.Kinds(), kind => kind == "closing");
    }

    private static async Task<TimeSpan> UnreadyAt(Front front, Stopwatch clock)
    {
        while (true)
        {
            using var answer = await front.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            if ((int)answer.StatusCode == 503)
            {
                return clock.Elapsed;
            }

            await Task.Delay(5);
        }
    }

    private static async Task<int?> RefusedWith(Front front, string token)
    {
        try
        {
            await using var client = await HubClient.Connect(front.Address, token);
            return null;
        }
        catch (ConnectRefusedException refusal)
        {
            return refusal.Status;
        }
    }

    private static async Task EverythingAcknowledgedIsThere(Data data, Writer[] writers)
    {
        await using var front = await Front.Start(data);
        var log = front.Service<IConversationLog>();
        foreach (var writer in writers)
        {
            var stored = (await log.ReadBefore(new(writer.Conversation), long.MaxValue, 1_000)).ToDictionary(message => message.Id, message => message.Seq);
            Assert.NotEmpty(writer.Acknowledged);
            Assert.All(writer.Acknowledged, sent => Assert.Equal(sent.Seq, stored[sent.Id]));

            // What nobody was told of may be there or not, and nothing else is.
            Assert.Empty(stored.Keys.Except(writer.Acknowledged.Select(sent => sent.Id)).Except(writer.Unknown));
        }
    }

    /// <summary>Writes one message after another until its link is gone, and keeps what became of each.</summary>
    private sealed class Writer(HubClient client, string conversation, Stopwatch clock)
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Conversation => conversation;

        public List<(Guid Id, long Seq)> Acknowledged { get; } = [];

        public List<JsonObject> Refused { get; } = [];

        public List<Guid> Unknown { get; } = [];

        public Task HasWritten => _written.Task;

        public TimeSpan ClosedAt { get; private set; }

        public int ClosingCode { get; private set; }

        public async Task Write()
        {
            var told = Told();
            for (var id = Guid.NewGuid(); ; id = Guid.NewGuid())
            {
                try
                {
                    // A call begun on a link that is gone has nobody to answer it.
                    var call = client.Call("send", new { conversation, id, body = "text" });
                    await Task.WhenAny(call, told);
                    var reply = call.IsCompleted ? await call : throw new ConnectionCutException();
                    if (reply["ok"]!.GetValue<bool>())
                    {
                        Acknowledged.Add((id, reply["seq"]!.GetValue<long>()));
                        _written.TrySetResult();
                    }
                    else
                    {
                        Refused.Add(reply);
                    }
                }
                catch (Exception cut) when (cut is ConnectionCutException or System.Net.WebSockets.WebSocketException or InvalidOperationException or ObjectDisposedException)
                {
                    Unknown.Add(id);
                    break;
                }
            }

            await told;
            await client.DisposeAsync();
        }

        private async Task Told()
        {
            var closing = await client.Event("closing");
            ClosingCode = closing["code"]!.GetValue<int>();
            await client.Closed;
            ClosedAt = clock.Elapsed;
        }
    }

    /// <summary>Log lines in their order.</summary>
    private sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<(string Category, string Text)> _lines = [];

        public IReadOnlyList<(string Category, string Text)> All => [.. _lines];

        public ILogger CreateLogger(string categoryName) => new Writer(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Writer(string category, ConcurrentQueue<(string, string)> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue((category, formatter(state, exception)));
        }
    }
}
