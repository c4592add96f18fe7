using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Chat.Bench;

/// <summary>One conversation with a connection at either end.</summary>
internal sealed class Pair(string conversation, HubClient buyer, HubClient owner)
{
    private static ReadOnlySpan<byte> AfterNumber => "\",\"target\":\"send\",\"arguments\":[{\"conversation\":\""u8;

    private readonly byte[] _conversation = Encoding.ASCII.GetBytes(conversation);

    public string Conversation => conversation;

    public HubClient Buyer => buyer;

    public HubClient Owner => owner;

    /// <summary>Writes and queues the next send of this conversation; answers its number, -1 when the ledger is full.</summary>
    public long Send(Ledger ledger, ReadOnlySpan<byte> text, bool fromBuyer, long intended)
    {
        var number = ledger.Begin(intended);
        if (number < 0)
        {
            return number;
        }

        Span<byte> record = stackalloc byte[512 + text.Length];
        var length = 0;
        Put(record, ref length, "{\"type\":1,\"invocationId\":\""u8);
        Utf8Formatter.TryFormat(number, record[length..], out var digits);
        length += digits;
        Put(record, ref length, AfterNumber);
        Put(record, ref length, _conversation);
        Put(record, ref length, "\",\"id\":\""u8);
        length += ledger.WriteId(number, record[length..]);
        Put(record, ref length, "\",\"body\":\""u8);
        Put(record, ref length, text);
        Put(record, ref length, "\"}]}\u001e"u8);
        (fromBuyer ? buyer : owner).Send(record[..length]);
        return number;
    }

    private static void Put(Span<byte> record, ref int length, ReadOnlySpan<byte> part)
    {
        part.CopyTo(record[length..]);
        length += part.Length;
    }
}

/// <summary>Everybody connected and ready: the stores' owners, the buyers, and the current measurement that hears of them.</summary>
internal sealed class Stage : IHubListener, IAsyncDisposable
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);

    /// <summary>Connections opened at once.</summary>
    private const int ConnectWave = 16;

    private readonly Uri _hub;
    private readonly Issuer _issuer;
    private readonly List<HubClient> _clients = [];
    private readonly Timer _pings;
    private HubClient[] _owners = [];
    private long _lost;

    private Stage(Options options)
    {
        _hub = new Uri(options.Text("url").Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + "/hub");
        _issuer = Issuer.Start(options.Text("issuer"), options.Text("key"));
        Meters = Meters.From(options);
        Text = Encoding.ASCII.GetBytes(new string('x', options.Number("text-bytes", 120, max: 3_000)));
        _pings = new Timer(_ => PingAll(), null, PingEvery, PingEvery);
    }

    public Meters Meters { get; }

    /// <summary>The body of every message.</summary>
    public byte[] Text { get; }

    /// <summary>What is being measured; null between measurements.</summary>
    public Ledger? Ledger { get; set; }

    /// <summary>Told of each answer, after the ledger.</summary>
    public Action<long, int>? OnAnswer { get; set; }

    /// <summary>Connections that ended without being asked to.</summary>
    public long LostConnections => Interlocked.Read(ref _lost);

    public static async Task<Stage> Open(Options options)
    {
        var stage = new Stage(options);
        options.RefuseTheRest();
        stage._owners = await Task.WhenAll(Cast.Stores.Select(stage.ConnectOwner));
        return stage;
    }

    /// <summary>Connects buyers and begins a conversation of each with one of the stores, in turn.</summary>
    public async Task<Pair[]> Pairs(int count, int firstBuyer = 0)
    {
        var buyers = await ConnectBuyers(firstBuyer, count);
        Pair[] pairs = [.. buyers.Select((buyer, i) => new Pair($"{Cast.Buyer(firstBuyer + i)}~{Cast.Stores[i % Cast.Stores.Length].Store}", buyer, _owners[i % _owners.Length]))];

        // A store cannot write before the buyer has.
        await Parallel.ForEachAsync(pairs, async (pair, _) => await pair.Buyer.Call(
            "send", $$"""{"conversation":"{{pair.Conversation}}","id":"{{Guid.CreateVersion7():D}}","body":"Is it still there?"}"""));
        return pairs;
    }

    public async Task<HubClient[]> ConnectBuyers(int first, int count)
    {
        // Tokens are made beforehand: signing them is the generator's work, not the server's.
        var tokens = Enumerable.Range(first, count).Select(i => _issuer.TokenFor(Cast.Buyer(i))).ToArray();
        var clients = new HubClient[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, ConnectWave).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                clients[i] = await Connect(tokens[i]);
            }
        }));
        return clients;
    }

    public async Task Disconnect(IReadOnlyCollection<HubClient> clients)
    {
        lock (_clients)
        {
            foreach (var client in clients)
            {
                _clients.Remove(client);
            }
        }

        await Parallel.ForEachAsync(clients, async (client, _) => await client.DisposeAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _pings.DisposeAsync();
        HubClient[] clients;
        lock (_clients)
        {
            clients = [.. _clients];
            _clients.Clear();
        }

        await Parallel.ForEachAsync(clients, async (client, _) => await client.DisposeAsync());
        _issuer.Dispose();
    }

    void IHubListener.Acked(long number, int error, long seq)
    {
        Ledger?.Acked(number, error);
        OnAnswer?.Invoke(number, error);
    }

    void IHubListener.Delivered(ReadOnlySpan<byte> messageId, long seq) => Ledger?.Delivered(messageId);

    void IHubListener.Lost(string reason)
    {
        if (Interlocked.Increment(ref _lost) <= 3)
        {
            Console.Error.WriteLine("connection lost: " + reason);
        }
    }

    private async Task<HubClient> Connect(string token)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var client = await HubClient.Connect(_hub, token, this, patience.Token);
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }

    /// <summary>Connects an owner, and again until the demo's first start has opened the store.</summary>
    private async Task<HubClient> ConnectOwner((string Store, string Owner) shop)
    {
        var token = _issuer.TokenFor(shop.Owner);
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            var client = await Connect(token);
            var inbox = client.Call("inbox", $$"""{"store":"{{shop.Store}}","limit":1}""");
            try
            {
                await inbox;
                return client;
            }
            catch (HubRefusal) when (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60))
            {
                await Disconnect([client]);
                await Task.Delay(500);
            }
        }
    }

    private void PingAll()
    {
        HubClient[] clients;
        lock (_clients)
        {
            clients = [.. _clients];
        }

        foreach (var client in clients)
        {
            client.Ping();
        }
    }
}
