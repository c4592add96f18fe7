using System.Text;

namespace Chat.Bench.Peers;

/// <summary>A connection to a peer.</summary>
internal interface IPeerClient : IClient
{
    void SendMessage(ReadOnlySpan<byte> to, Ledger ledger, long number, ReadOnlySpan<byte> text);

    Task Watch(IReadOnlyList<string> stores);

    Task SetPresence(string store, string status);
}

/// <summary>Two users of a peer.</summary>
internal sealed class PeerLine(IPeerClient buyer, string buyerName, IPeerClient partner, string partnerName) : Line
{
    private readonly byte[] _buyer = Encoding.ASCII.GetBytes(buyerName);
    private readonly byte[] _partner = Encoding.ASCII.GetBytes(partnerName);

    public override long Send(Ledger ledger, ReadOnlySpan<byte> text, bool fromBuyer, long intended)
    {
        var number = ledger.Begin(intended);
        if (number >= 0)
        {
            (fromBuyer ? buyer : partner).SendMessage(fromBuyer ? _partner : _buyer, ledger, number, text);
        }

        return number;
    }
}

/// <summary>
/// What the peers have in common. The owners of the stores are users like any other; buyers talk to the same ten as on ours,
/// unless a peer is better off with one partner for each buyer.
/// </summary>
internal abstract class PeerTarget(TargetSpec spec, Issuer issuer, byte[] text) : Target(spec, issuer, text)
{
    private IPeerClient[] _owners = [];
    private IPeerClient[] _shopkeepers = [];

    /// <summary>Whether each buyer has a partner of their own, with a connection of its own.</summary>
    protected virtual bool OwnPartners => false;

    public override async Task<Line[]> Lines(int count, int firstBuyer = 0)
    {
        var buyers = await ConnectBuyers(firstBuyer, count);
        string[] names = OwnPartners ? [.. Enumerable.Range(firstBuyer, count).Select(Cast.Partner)] : [.. Cast.Stores.Select(store => store.Owner)];
        var partners = OwnPartners ? Array.ConvertAll(await ConnectAll(names), client => (IPeerClient)client) : _owners;
        return [.. buyers.Select((buyer, i) => new PeerLine(
            (IPeerClient)buyer, Cast.Buyer(firstBuyer + i), partners[i % partners.Length], names[i % names.Length]))];
    }

    public override Task Watch(IClient client, IReadOnlyList<string> stores) => ((IPeerClient)client).Watch(stores);

    public override async Task OpenStores(int count) => _shopkeepers = await ConnectPeers(Enumerable.Range(0, count).Select(Cast.BenchOwner));

    protected override Task SetPresence(int store, bool online) => _shopkeepers[store].SetPresence(Cast.BenchStore(store), online ? "online" : "offline");

    protected override async Task Prepare() => _owners = await ConnectPeers(Cast.Stores.Select(store => store.Owner));

    private async Task<IPeerClient[]> ConnectPeers(IEnumerable<string> users) => Array.ConvertAll(await ConnectAll([.. users]), client => (IPeerClient)client);
}

/// <summary>bench/Peers/SignalR.</summary>
internal sealed class SignalRTarget(TargetSpec spec, Issuer issuer, byte[] text) : PeerTarget(spec, issuer, text)
{
    protected override async Task<IClient> Connect(Uri url, string user, string token, CancellationToken stop) =>
        await HubClient.Connect(url, token, this, HubGreeting.None, stop);
}

/// <summary>bench/Peers/socketio.</summary>
internal sealed class SocketIoTarget(TargetSpec spec, Issuer issuer, byte[] text) : PeerTarget(spec, issuer, text)
{
    protected override async Task<IClient> Connect(Uri url, string user, string token, CancellationToken stop) =>
        await SocketIoClient.Connect(url, token, this, stop);
}

/// <summary>bench/Peers/ejabberd. A connection is one process there, which stores one message after the other: ten busy ones would hold it back.</summary>
internal sealed class EjabberdTarget(TargetSpec spec, Issuer issuer, byte[] text) : PeerTarget(spec, issuer, text)
{
    public override bool HasPresence => false;

    protected override bool OwnPartners => true;

    protected override async Task<IClient> Connect(Uri url, string user, string token, CancellationToken stop) =>
        await EjabberdClient.Connect(url, user, token, this, stop);
}
