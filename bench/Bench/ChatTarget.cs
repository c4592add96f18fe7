using System.Diagnostics;
using System.Text;
using Chat.Bench.Peers;

namespace Chat.Bench;

/// <summary>A conversation of a buyer with a store of ours.</summary>
internal sealed class ChatLine(string conversation, HubClient buyer, HubClient owner) : Line
{
    private readonly byte[] _conversation = Encoding.ASCII.GetBytes(conversation);

    public string Conversation => conversation;

    public HubClient Buyer => buyer;

    public override long Send(Ledger ledger, ReadOnlySpan<byte> text, bool fromBuyer, long intended)
    {
        var number = ledger.Begin(intended);
        if (number < 0)
        {
            return number;
        }

        Span<byte> record = stackalloc byte[512 + text.Length];
        var writer = new SpanWriter(record);
        writer.Put("{\"type\":1,\"invocationId\":\""u8);
        writer.Put(number);
        writer.Put("\",\"target\":\"send\",\"arguments\":[{\"conversation\":\""u8);
        writer.Put(_conversation);
        writer.Put("\",\"id\":\""u8);
        writer.PutId(ledger, number);
        writer.Put("\",\"body\":\""u8);
        writer.Put(text);
        writer.Put("\"}]}\u001e"u8);
        (fromBuyer ? buyer : owner).Send(writer.Written);
        return number;
    }
}

/// <summary>Our server, in one process or several. The owners of the demo's stores are connected from the beginning.</summary>
internal sealed class ChatTarget(TargetSpec spec, Issuer issuer, byte[] text) : Target(spec, issuer, text)
{
    private static readonly TimeSpan StoresWithin = TimeSpan.FromSeconds(60);

    private HubClient[] _owners = [];

    public override async Task<Line[]> Lines(int count, int firstBuyer = 0)
    {
        var buyers = await ConnectBuyers(firstBuyer, count);
        ChatLine[] lines =
        [
            .. buyers.Select((buyer, i) => new ChatLine(
                $"{Cast.Buyer(firstBuyer + i)}~{Cast.Stores[i % Shops].Store}", (HubClient)buyer, _owners[i % Shops])),
        ];

        // A store cannot write before the buyer has.
        await Parallel.ForEachAsync(lines, async (line, _) => await line.Buyer.Call(
            "send", $$"""{"conversation":"{{line.Conversation}}","id":"{{Guid.CreateVersion7():D}}","body":"Is it still there?"}"""));
        return lines;
    }

    public async Task<HubClient> ConnectUser(string user) => (HubClient)(await ConnectAll([user]))[0];

    public override Task Watch(IClient client, IReadOnlyList<string> stores) =>
        ((HubClient)client).Call("watch", $$"""{"stores":{{System.Text.Json.JsonSerializer.Serialize(stores)}}}""");

    public override Task SetPresence(int store, bool online) =>
        _owners[store].Call("duty", $$"""{"store":"{{Cast.Stores[store].Store}}","onDuty":{{(online ? "true" : "false")}}}""");

    protected override async Task Prepare() => _owners = await Task.WhenAll(Cast.Stores.Select(ConnectOwner));

    protected override async Task<IClient> Connect(Uri url, string user, string token, CancellationToken stop) =>
        await HubClient.Connect(url, token, this, HubGreeting.Hello, stop);

    /// <summary>Connects an owner, and again until the demo's first start has opened the store.</summary>
    private async Task<HubClient> ConnectOwner((string Store, string Owner) shop)
    {
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            var client = await ConnectUser(shop.Owner);
            try
            {
                await client.Call("inbox", $$"""{"store":"{{shop.Store}}","limit":1}""");
                return client;
            }
            catch (HubRefusal) when (Stopwatch.GetElapsedTime(start) < StoresWithin)
            {
                await Disconnect([client]);
                await Task.Delay(500);
            }
        }
    }
}
