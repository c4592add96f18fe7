using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Chat.WebFront.Tests.Crash;

/// <summary>
/// Fifty clients on the demo marketplace: forty buyers, each in a conversation of their own, and ten devices of two
/// sellers, who answer all of theirs.
/// </summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const int Stores = 2;
    private const int BuyersPerStore = 20;
    private const int DevicesPerSeller = 5;
    private static readonly TimeSpan RecoverWithin = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<ChatClient> _clients = [];
    private List<Task> _lives = [];

    private Crowd()
    {
    }

    /// <summary>Messages acknowledged so far, over all clients.</summary>
    public int Acknowledged => _clients.Sum(client => client.Count);

    public int Reconnects => _clients.Sum(client => client.Reconnects);

    /// <summary>Registers, signs in and begins to write; returns when each of the fifty has had an answer.</summary>
    public static async Task<Crowd> Start(IReadOnlyList<Uri> fronts)
    {
        var crowd = new Crowd();
        using var http = new HttpClient { BaseAddress = fronts[0] };
        var round = Guid.NewGuid().ToString("n")[..8];
        foreach (var (store, token) in await Sellers(http))
        {
            await crowd.AddStore(http, fronts, store, token, round);
        }

        crowd._lives = [.. crowd._clients.Select(client => client.Live(crowd._stop.Token))];
        await crowd.EveryoneProgresses(1);
        return crowd;
    }

    /// <summary>
    /// Returns when every client has had <paramref name="by"/> more answers than now; tells how long the slowest waited for
    /// its first of them. Fails when one of them has stopped living.
    /// </summary>
    public async Task<TimeSpan> EveryoneProgresses(int by)
    {
        var clock = Stopwatch.StartNew();
        var start = _clients.Select(client => client.Count).ToArray();
        var first = TimeSpan.Zero;
        while (!_clients.Select((client, i) => client.Count >= start[i] + by).All(done => done))
        {
            if (_clients.Select((client, i) => client.Count == start[i]).Any(waits => waits))
            {
                first = clock.Elapsed;
            }

            foreach (var ended in _lives.Where(life => life.IsCompleted))
            {
                await ended;
                Assert.Fail("A client stopped by itself.");
            }

            Assert.True(clock.Elapsed < RecoverWithin, $"Some client had no answer for {RecoverWithin.TotalSeconds} s.");
            await Task.Delay(20);
        }

        return first;
    }

    /// <summary>Lets everyone finish, then holds what each was told, and has seen, against what the server now tells.</summary>
    public async Task<int> StopAndCheck()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_lives).WaitAsync(RecoverWithin);
        await Task.WhenAll(_clients.Select(client => client.CatchUp())).WaitAsync(RecoverWithin);
        var total = 0;
        foreach (var group in _clients.SelectMany(client => client.Conversations, (client, name) => (Client: client, Name: name)).GroupBy(pair => pair.Name))
        {
            var members = group.Select(pair => pair.Client).ToList();
            var stored = await members[0].History(group.Key);
            Ledger.AssertKept(stored, members.Select(member => member.Acknowledged(group.Key)));
            var ids = stored.ToDictionary(message => message.Seq, message => message.Id);
            Assert.All(members, member => Assert.Equal(ids, member.Held(group.Key)));
            total += stored.Count;
        }

        return total;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    /// <summary>One seller of each of two demo stores, signed in. The first start fills the demo while it already serves.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> Sellers(HttpClient http)
    {
        var demo = await http.GetFromJsonAsync<JsonElement>("/api/demo");
        var tokens = new Dictionary<string, string>();
        var sellers = new Dictionary<string, string>();
        for (var clock = Stopwatch.StartNew(); sellers.Count < Stores; await Task.Delay(1000))
        {
            Assert.True(clock.Elapsed < RecoverWithin, $"Of the demo's sellers only {sellers.Count} came to be.");
            foreach (var account in demo.GetProperty("accounts").EnumerateArray().TakeWhile(_ => sellers.Count < Stores))
            {
                var name = account.GetProperty("name").GetString()!;
                if (!tokens.ContainsKey(name)
                    && await TrySignIn(http, "/api/sessions", new { name, password = account.GetProperty("password").GetString() }) is { } token)
                {
                    tokens[name] = token;
                }

                if (tokens.TryGetValue(name, out var known) && await FirstStore(http, known) is { } store)
                {
                    sellers[store] = known;
                }
            }
        }

        return sellers;
    }

    private static async Task<string?> FirstStore(HttpClient http, string token)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { Authorization = new("Bearer", token) } };
        using var answer = await http.SendAsync(ask);
        var me = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return me.GetProperty("stores").EnumerateArray().Select(store => store.GetProperty("id").GetString()).FirstOrDefault();
    }

    private async Task AddStore(HttpClient http, IReadOnlyList<Uri> fronts, string store, string sellerToken, string round)
    {
        var conversations = new List<string>();
        for (var i = 0; i < BuyersPerStore; i++)
        {
            var name = $"buyer-{round}-{_clients.Count}";
            var token = await TrySignIn(http, "/api/accounts", new { name, displayName = "Buyer", password = "a long enough secret" });
            Assert.NotNull(token);
            conversations.Add($"{name}~{store}");
            _clients.Add(new ChatClient(fronts, token, [conversations[^1]], _clients.Count));
        }

        for (var i = 0; i < DevicesPerSeller; i++)
        {
            _clients.Add(new ChatClient(fronts, sellerToken, conversations, _clients.Count));
        }
    }

    private static async Task<string?> TrySignIn(HttpClient http, string path, object request)
    {
        using var answer = await http.PostAsJsonAsync(path, request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return answer.IsSuccessStatusCode ? body.GetProperty("token").GetString() : null;
    }
}
