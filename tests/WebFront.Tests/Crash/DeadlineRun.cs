using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Chat.Grains.Storage;

namespace Chat.WebFront.Tests.Crash;

/// <summary>
/// Orders whose deadlines come while processes are killed in turn, on a fast clock. All are placed over REST, evenly over
/// <see cref="Spread"/>, so that their payments' deadlines come evenly too; when the first comes, the killing begins. Meanwhile
/// buyers and the seller do what people do, some of it at the very moment a deadline comes.
/// </summary>
internal sealed class DeadlineRun : IDisposable
{
    /// <summary>Two hours of the orders' clock are a second.</summary>
    public const double Speed = 7_200;

    private const int Buyers = 20;
    private const int AtOnce = 32;

    private static readonly TimeSpan KillEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(180);

    private readonly ConcurrentBag<OrderLife> _lives = [];
    private readonly List<Outage> _outages = [];
    private readonly List<string> _killed = [];
    private readonly ShopClient _shop;
    private readonly ChatDatabase _database;
    private readonly Action<string> _tell;

    public DeadlineRun(IEnumerable<Uri> fronts, ChatDatabase database, FastClock clock, Action<string> tell) =>
        (_shop, _database, Clock, _tell) = (new ShopClient(fronts), database, clock, tell);

    /// <summary>How many orders: <c>CHAT_TEST_ORDERS</c>, else 300.</summary>
    public static int Orders { get; } = Setting("CHAT_TEST_ORDERS", 300);

    /// <summary>Over how much real time their deadlines come: <c>CHAT_TEST_ORDERS_SECONDS</c>, else 40.</summary>
    public static TimeSpan Spread { get; } = TimeSpan.FromSeconds(Setting("CHAT_TEST_ORDERS_SECONDS", 40));

    /// <summary>From what sets a deadline until it is due, by the change it makes; by the orders' clock.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Within { get; } = new Dictionary<string, TimeSpan>
    {
        ["paymentExpired"] = (Spread + Lead) * Speed,
        ["paymentChecked"] = TimeSpan.FromDays(1),
        ["cancellationExpired"] = TimeSpan.FromDays(1),
        ["deliveryEnded"] = TimeSpan.FromDays(1),
        ["protectionEnded"] = TimeSpan.FromDays(1),
        ["refundOverdue"] = TimeSpan.FromDays(1),
    };

    /// <summary>The clock of these orders.</summary>
    public FastClock Clock { get; }

    /// <summary>What the processes are told, beside where they are.</summary>
    public static IReadOnlyDictionary<string, string> Settings(FastClock clock, string database) => new Dictionary<string, string>
    {
        ["Chat__Rehearsal__Database"] = database,
        ["Chat__Rehearsal__ClockSpeed"] = clock.Speed.ToString(CultureInfo.InvariantCulture),
        ["Chat__Rehearsal__ClockOrigin"] = clock.Origin.ToString("O", CultureInfo.InvariantCulture),
        ["Chat__Policy__RequestBurst"] = "1000000",
        ["Chat__Policy__RequestsPerSecond"] = "100000",
        ["Chat__Policy__OrderPaymentWithin"] = Within["paymentExpired"].ToString("c", CultureInfo.InvariantCulture),
        ["Chat__Policy__OrderPaymentCheck"] = Within["paymentChecked"].ToString("c", CultureInfo.InvariantCulture),
        ["Chat__Policy__OrderCancellationAnswerWithin"] = Within["cancellationExpired"].ToString("c", CultureInfo.InvariantCulture),
        ["Chat__Policy__OrderDelivery"] = Within["deliveryEnded"].ToString("c", CultureInfo.InvariantCulture),
        ["Chat__Policy__OrderProtection"] = Within["protectionEnded"].ToString("c", CultureInfo.InvariantCulture),
        ["Chat__Policy__OrderRefundWithin"] = Within["refundOverdue"].ToString("c", CultureInfo.InvariantCulture),
    };

    /// <summary>
    /// The whole run. Each of <paramref name="strikes"/> kills something, starts it again and returns when that is ready; they
    /// come in turn until no deadline of a payment is left to come. Without what holds orders, their deadlines have to wait.
    /// </summary>
    public async Task<DeadlineCheck> Run(IReadOnlyList<(string What, bool HoldsOrders, Func<Task> Strike)> strikes)
    {
        var begin = DateTimeOffset.UtcNow;
        var lives = await Place();
        var first = lives.Min(life => life.Due);
        _tell($"{Orders} orders placed in {(DateTimeOffset.UtcNow - begin).TotalSeconds:0} s; their payments are due from {(first - DateTimeOffset.UtcNow).TotalSeconds:0} s to {(lives.Max(life => life.Due) - DateTimeOffset.UtcNow).TotalSeconds:0} s from now.");
        var acting = Task.WhenAll(lives.Select(life => life.Act(first)));
        await Strike(strikes, first, lives.Max(life => life.Due));
        await acting.WaitAsync(SettleWithin);
        await Settled();
        return await Judge(lives);
    }

    public void Dispose() => _shop.Dispose();

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private async Task<IReadOnlyList<OrderLife>> Place()
    {
        var seller = await SignInSeller();
        var store = (await _shop.Ask(HttpMethod.Get, "/api/me", seller)).Body.GetProperty("stores")[0].GetProperty("id").GetString()!;
        var product = (await _shop.Ask(HttpMethod.Get, $"/api/stores/{store}", null)).Body.GetProperty("products")[0].GetProperty("id").GetString()!;
        var buyers = new List<string>();
        var round = Guid.NewGuid().ToString("n")[..8];
        for (var i = 0; i < Buyers; i++)
        {
            var name = $"buyer-{round}-{i}";
            var account = await _shop.Ask(HttpMethod.Post, "/api/accounts", null, new { name, displayName = "Buyer", password = "a long enough secret" });
            buyers.Add(account.Body.GetProperty("token").GetString()!);
        }

        var begin = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Orders), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, stop) =>
        {
            var wait = Spread * number / Orders - begin.Elapsed;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, stop);
            _lives.Add(await OrderLife.Place(_shop, Clock, number, buyers[number % Buyers], seller, store, product));
        });
        return [.. _lives];
    }

    /// <summary>Of the first demo store that has one. The first start fills the demo while it already serves.</summary>
    private async Task<string> SignInSeller()
    {
        var accounts = (await _shop.Ask(HttpMethod.Get, "/api/demo", null)).Body.GetProperty("accounts");
        var account = accounts.EnumerateArray().First(one => one.TryGetProperty("store", out var store) && store.ValueKind == JsonValueKind.String);
        var credentials = new { name = account.GetProperty("name").GetString(), password = account.GetProperty("password").GetString() };
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(1_000))
        {
            Assert.True(clock.Elapsed < SettleWithin, "The demo's seller never came to be.");
            var session = await _shop.Ask(HttpMethod.Post, "/api/sessions", null, credentials);
            if (session.Refusal is null)
            {
                var token = session.Body.GetProperty("token").GetString()!;
                if ((await _shop.Ask(HttpMethod.Get, "/api/me", token)).Body.GetProperty("stores").GetArrayLength() > 0)
                {
                    return token;
                }
            }
        }
    }

    private async Task Strike(IReadOnlyList<(string What, bool HoldsOrders, Func<Task> Strike)> strikes, DateTimeOffset first, DateTimeOffset last)
    {
        var next = first;
        for (var turn = 0; next < last; turn++)
        {
            var wait = next - DateTimeOffset.UtcNow;
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            var (what, holdsOrders, strike) = strikes[turn % strikes.Count];
            var from = DateTimeOffset.UtcNow;
            await strike();
            var to = DateTimeOffset.UtcNow;
            _killed.Add(string.Create(CultureInfo.InvariantCulture, $"{what} {(to - from).TotalSeconds:0.0} s"));
            if (holdsOrders)
            {
                _outages.Add(new Outage(what, from, to));
            }

            next = from + KillEvery;
        }
    }

    /// <summary>Until nobody waits for anything: every life here ends in a status without a deadline.</summary>
    private async Task Settled()
    {
        for (var clock = Stopwatch.StartNew(); await Waiting() is var waiting and > 0; await Task.Delay(500))
        {
            if (clock.Elapsed > SettleWithin)
            {
                _tell($"{waiting} orders still wait for something; they are judged as they are.");
                return;
            }
        }
    }

    private async Task<long> Waiting() => (await _database.Engine.Query("SELECT count(*) FROM grain_state WHERE due_at IS NOT NULL", row => row.GetInt64(0)))[0];

    private async Task<DeadlineCheck> Judge(IReadOnlyList<OrderLife> lives)
    {
        var readAt = DateTimeOffset.UtcNow;
        // The demo has orders of its own, which live otherwise.
        var own = lives.Select(life => life.Id).ToHashSet();
        var stored = (await Stored()).Where(order => own.Contains(order.Key)).ToDictionary();
        var told = await Told();
        var faults = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(lives, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (life, _) =>
        {
            for (var front = 0; front < _shop.Fronts; front++)
            {
                var seen = await life.Read(front);
                if (!seen.SequenceEqual(stored.GetValueOrDefault(life.Id) ?? []))
                {
                    faults.Add($"{life.Id}: front {front} tells {string.Join(", ", seen)}, stored is {string.Join(", ", stored.GetValueOrDefault(life.Id) ?? [])}");
                }
            }

            foreach (var fault in life.Faults(stored[life.Id]))
            {
                faults.Add(fault);
            }
        });
        var check = new DeadlineCheck(Clock, Within, _outages, readAt);
        foreach (var (id, steps) in stored)
        {
            check.Add(new SeenOrder(id, steps, [.. told[id].OrderBy(notice => notice.Version)]));
        }

        Report(lives, stored, check);
        Assert.Equal(Orders, lives.Count(life => stored.ContainsKey(life.Id)));
        Assert.Empty(faults);
        return check;
    }

    /// <summary>What the database holds, past the product's own readers.</summary>
    private async Task<Dictionary<string, SeenStep[]>> Stored()
    {
        var rows = await _database.Engine.Query(
            "SELECT key_text, CAST(payload -> 'steps' AS text) FROM grain_state WHERE order_at IS NOT NULL", row => (Key: row.GetString(0), Steps: row.GetString(1)));
        return rows.ToDictionary(row => row.Key["o:".Length..], row => JsonDocument.Parse(row.Steps).RootElement.EnumerateArray().Select(step => new SeenStep(
            step.GetProperty("version").GetInt64(),
            Camel(step.GetProperty("change").GetString()!),
            Camel(step.GetProperty("side").GetString()!),
            DateTimeOffset.FromUnixTimeMilliseconds(step.GetProperty("at").GetInt64()),
            Camel(step.GetProperty("status").GetString()!))).ToArray());
    }

    private async Task<ILookup<string, SeenNotice>> Told()
    {
        var rows = await _database.Engine.Query("SELECT CAST(notice AS text), sent_at FROM message WHERE kind = 1", row => (Notice: row.GetString(0), At: row.GetInt64(1)));
        return rows.Select(row => (Notice: JsonDocument.Parse(row.Notice).RootElement, row.At)).ToLookup(
            row => row.Notice.GetProperty("order").GetProperty("id").GetString()!,
            row => new SeenNotice(
                row.Notice.GetProperty("order").GetProperty("version").GetInt64(),
                Camel(row.Notice.GetProperty("change").GetString()!),
                DateTimeOffset.FromUnixTimeMilliseconds(row.At)));
    }

    private void Report(IReadOnlyList<OrderLife> lives, Dictionary<string, SeenStep[]> stored, DeadlineCheck check)
    {
        _tell($"{stored.Count} orders, {stored.Values.Sum(steps => steps.Length)} transitions, {check.Fired.Count} by deadlines; people overtook {check.Overtaken}; {_shop.Repeats} requests were asked again.");
        _tell($"Races lost by people: {string.Join(", ", lives.SelectMany(life => life.Lost).CountBy(lost => lost).OrderBy(lost => lost.Key).Select(lost => $"{lost.Value} times {lost.Key}"))}.");
        _tell($"Killed: {string.Join(", ", _killed)} until ready again.");
        foreach (var (kind, fired) in check.Fired.GroupBy(fired => fired.Kind).Select(group => (group.Key, group.ToArray())).Append(("all", [.. check.Fired])))
        {
            _tell($"{kind}: {fired.Length}, late {Figures(fired.Select(one => one.Late))}; with all up {Figures(fired.Select(one => one.LateWithAllUp))}");
        }
    }

    private static string Figures(IEnumerable<TimeSpan> values)
    {
        var all = values.ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"p50 {Part(0.5):0.0} s, p99 {Part(0.99):0.0} s, max {Part(1):0.0} s");

        double Part(double part) => DeadlineCheck.Quantile(all, part).TotalSeconds;
    }

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
