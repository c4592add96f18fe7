using System.Text;
using System.Text.Json;

namespace Chat.Bench;

/// <summary>What a measurement hears of its connections. Called on the connection's own receive loop: be quick.</summary>
internal interface IListener
{
    /// <summary>The answer to a numbered send; <paramref name="error"/> is 0 for ok.</summary>
    void Acked(long number, int error, long seq);

    /// <summary>A message event.</summary>
    void Delivered(ReadOnlySpan<byte> messageId, long seq);

    /// <summary>One event told the presence of so many stores.</summary>
    void PresenceTold(int stores);

    /// <summary>The connection ended although nobody asked it to.</summary>
    void Lost(string reason);
}

/// <summary>One signed-in connection.</summary>
internal interface IClient : IAsyncDisposable
{
    /// <summary>Says that it is alive, where the protocol wants that from the client.</summary>
    void Ping();
}

/// <summary>One conversation with a connection at either end.</summary>
internal abstract class Line
{
    /// <summary>Queues the next send of this conversation; answers its number, -1 when the ledger is full.</summary>
    public abstract long Send(Ledger ledger, ReadOnlySpan<byte> text, bool fromBuyer, long intended);
}

/// <summary>Where a server under test is, as scripts/bench.sh wrote it down: one line of JSON for each.</summary>
/// <param name="Name">What the tables call it. The first one is ours, and what the others are compared to.</param>
/// <param name="Kind"><c>chat</c>, <c>signalr</c>, <c>socketio</c> or <c>ejabberd</c>.</param>
/// <param name="Urls">Its front ends; connections are spread over them.</param>
/// <param name="ServerPids">Its processes, all but PostgreSQL's.</param>
/// <param name="PostgresPids">Its PostgreSQL, if it has one.</param>
internal sealed record TargetSpec(string Name, string Kind, string[] Urls, int[] ServerPids, int[] PostgresPids)
{
    public static List<TargetSpec> Read(string file) =>
        [.. File.ReadLines(file).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<TargetSpec>(line, JsonSerializerOptions.Web)!)];
}

/// <summary>A server under test with everybody connected to it, and the current measurement that hears of them.</summary>
internal abstract class Target : IListener, IAsyncDisposable
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(30);

    /// <summary>Connections opened at once.</summary>
    private const int ConnectWave = 16;

    private readonly HashSet<IClient> _clients = [];

    /// <summary>Stores that went and have not come again; they begin as there.</summary>
    private readonly HashSet<int> _gone = [];
    private readonly Timer _pings;
    private long _lost;
    private int _connecting;

    protected Target(TargetSpec spec, Issuer issuer, byte[] text)
    {
        Spec = spec;
        Issuer = issuer;
        Text = text;
        Meters = new Meters(spec.ServerPids, spec.PostgresPids);
        Urls = [.. spec.Urls.Select(url => new Uri(url))];
        _pings = new Timer(_ => PingAll(), null, PingEvery, PingEvery);
    }

    public string Name => Spec.Name;

    public Meters Meters { get; }

    /// <summary>The body of every message.</summary>
    public byte[] Text { get; }

    /// <summary>How many shops take part in conversations, from the first of <see cref="Cast.Stores"/> on.</summary>
    public int Shops { get; set; } = Cast.Stores.Length;

    /// <summary>What is being measured; null between measurements.</summary>
    public Ledger? Ledger { get; set; }

    /// <summary>Told of each answer, after the ledger.</summary>
    public Action<long, int>? OnAnswer { get; set; }

    /// <summary>Told of each message event of the current ledger, at every connection.</summary>
    public Action? OnArrival { get; set; }

    /// <summary>Told of each presence event.</summary>
    public Action<int>? OnPresence { get; set; }

    /// <summary>Connections that ended without being asked to.</summary>
    public long LostConnections => Interlocked.Read(ref _lost);

    /// <summary>Whether <see cref="Watch"/> and <see cref="Flip"/> work.</summary>
    public virtual bool HasPresence => true;

    protected TargetSpec Spec { get; }

    protected Issuer Issuer { get; }

    protected Uri[] Urls { get; }

    /// <summary>All targets of the command line, connected.</summary>
    public static async Task<Target[]> OpenAll(Options options, Issuer issuer)
    {
        var text = Encoding.ASCII.GetBytes(new string('x', options.Number("text-bytes", 120, max: 3_000)));
        var specs = TargetSpec.Read(options.Text("targets"));
        var skipped = options.Text("skip", "").Split(',');
        var measured = specs.Where(spec => !skipped.Contains(spec.Name)).ToList();
        if (measured is [])
        {
            throw new UsageException("--targets names no server to measure");
        }

        var idle = specs.Except(measured).Select(spec => new Meters(spec.ServerPids, spec.PostgresPids)).ToList();
        var targets = await Task.WhenAll(measured.Select(spec => Open(spec, issuer, text)));
        foreach (var target in targets)
        {
            target.Meters.Neighbours = [.. targets.Where(other => other != target).Select(other => other.Meters), .. idle];
        }

        return targets;
    }

    /// <summary>Connects buyers and begins a conversation of each with a partner of theirs.</summary>
    public abstract Task<Line[]> Lines(int count, int firstBuyer = 0);

    /// <summary>The client hears of these stores from now on.</summary>
    public abstract Task Watch(IClient client, IReadOnlyList<string> stores);

    /// <summary>Connects the agents of the first of <see cref="Cast.BenchStore"/>, who come and go.</summary>
    public abstract Task OpenStores(int count);

    /// <summary>One of these stores goes, or comes again; ends when the server has taken it.</summary>
    public Task Flip(int store) => SetPresence(store, online: _gone.Remove(store) || !_gone.Add(store));

    public Task<IClient[]> ConnectBuyers(int first, int count) => ConnectAll([.. Enumerable.Range(first, count).Select(Cast.Buyer)]);

    public async Task Disconnect(IReadOnlyCollection<IClient> clients)
    {
        lock (_clients)
        {
            _clients.ExceptWith(clients);
        }

        await Parallel.ForEachAsync(clients, async (client, _) => await client.DisposeAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _pings.DisposeAsync();
        IClient[] clients;
        lock (_clients)
        {
            clients = [.. _clients];
            _clients.Clear();
        }

        await Parallel.ForEachAsync(clients, async (client, _) => await client.DisposeAsync());
    }

    void IListener.Acked(long number, int error, long seq)
    {
        if (Ledger?.Acked(number, error) == true)
        {
            OnAnswer?.Invoke(number, error);
        }
    }

    void IListener.Delivered(ReadOnlySpan<byte> messageId, long seq)
    {
        if (Ledger?.Delivered(messageId) == true)
        {
            OnArrival?.Invoke();
        }
    }

    void IListener.PresenceTold(int stores) => OnPresence?.Invoke(stores);

    void IListener.Lost(string reason)
    {
        if (Interlocked.Increment(ref _lost) <= 3)
        {
            Console.Error.WriteLine($"{Name}: connection lost: {reason}");
        }
    }

    protected abstract Task SetPresence(int store, bool online);

    /// <summary>What must be there before anybody else connects.</summary>
    protected virtual Task Prepare() => Task.CompletedTask;

    /// <summary>One connection, signed in and ready.</summary>
    protected abstract Task<IClient> Connect(Uri url, string user, string token, CancellationToken stop);

    protected async Task<IClient> Connect(string user, string token)
    {
        using var patience = new CancellationTokenSource(ConnectWithin);
        var url = Urls[(uint)Interlocked.Increment(ref _connecting) % Urls.Length];
        var client = await Connect(url, user, token, patience.Token);
        lock (_clients)
        {
            _clients.Add(client);
        }

        return client;
    }

    protected async Task<IClient[]> ConnectAll(string[] users)
    {
        // Tokens are made beforehand: signing them is the generator's work, not the server's.
        var tokens = Array.ConvertAll(users, Issuer.TokenFor);
        var clients = new IClient[users.Length];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, ConnectWave).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < users.Length;)
            {
                clients[i] = await Connect(users[i], tokens[i]);
            }
        }));
        return clients;
    }

    private static async Task<Target> Open(TargetSpec spec, Issuer issuer, byte[] text)
    {
        Target target = spec.Kind switch
        {
            "chat" => new ChatTarget(spec, issuer, text),
            "signalr" => new Peers.SignalRTarget(spec, issuer, text),
            "socketio" => new Peers.SocketIoTarget(spec, issuer, text),
            "ejabberd" => new Peers.EjabberdTarget(spec, issuer, text),
            _ => throw new UsageException($"there is no kind of server '{spec.Kind}'"),
        };
        await target.Prepare();
        return target;
    }

    private void PingAll()
    {
        IClient[] clients;
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
