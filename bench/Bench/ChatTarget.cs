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
    private HubClient[] _shopkeepers = [];

    public override async Task<Line[]> Lines(int count, int firstBuyer = 0)
    {
        var buyers = await ConnectBuyers(firstBuyer, count);
        return await Begin(
        [
            .. buyers.Select((buyer, i) => new ChatLine(
                $"{Cast.Buyer(firstBuyer + i)}~{Cast.Stores[i % Shops].Store}", (HubClient)buyer, _owners[i % Shops])),
        ]);
    }

    /// <summary>Conversations of these buyers with one store, begun; its agents are connected elsewhere.</summary>
    public async Task<ChatLine[]> LinesTo(string store, int firstBuyer, int count)
    {
        var buyers = await ConnectBuyers(firstBuyer, count);
        return await Begin([.. buyers.Select((buyer, i) => new ChatLine($"{Cast.Buyer(firstBuyer + i)}~{store}", (HubClient)buyer, (HubClient)buyer))]);
    }

    public async Task<HubClient> ConnectUser(string user) => (await ConnectUsers([user]))[0];

    public async Task<HubClient[]> ConnectUsers(string[] users) => Array.ConvertAll(await ConnectAll(users), client => (HubClient)client);

    public override async Task OpenStores(int count) => _shopkeepers = await ConnectUsers([.. Enumerable.Range(0, count).Select(Cast.BenchOwner)]);

    public override Task Watch(IClient client, IReadOnlyList<string> stores) =>
        ((HubClient)client).Call("watch", $$"""{"stores":{{System.Text.Json.JsonSerializer.Serialize(stores)}}}""");

    protected override Task SetPresence(int store, bool online) =>
        _shopkeepers[store].Call("duty", $$"""{"store":"{{Cast.BenchStore(store)}}","onDuty":{{(online ? "true" : "false")}}}""");

    protected override async Task Prepare() => _owners = await Task.WhenAll(Cast.Stores.Select(ConnectOwner));

    protected override async Task<IClient> Connect(Uri url, string user, string token, CancellationToken stop) =>
        await HubClient.Connect(url, token, this, HubGreeting.Hello, stop);

    /// <summary>A store cannot write before the buyer has.</summary>
    private static async Task<ChatLine[]> Begin(ChatLine[] lines)
    {
        await Parallel.ForEachAsync(lines, async (line, _) => await line.Buyer.Call(
            "send", $$"""{"conversation":"{{line.Conversation}}","id":"{{Guid.CreateVersion7():D}}","body":"Is it still there?"}"""));
        return lines;
    }

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
