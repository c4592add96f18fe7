namespace Chat.WebFront.Tests.Crash;

/// <summary>
/// One order, its buyer and its seller. What they do goes by the order's number: four of ten let the payment's time pass, one
/// pays at that very moment, the others pay before it, and then race the next deadline or each other.
/// </summary>
internal sealed class OrderLife
{
    /// <summary>Sweeps are so far apart: who acts within this after a deadline races it.</summary>
    private static readonly TimeSpan Race = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly ShopClient _shop;
    private readonly FastClock _clock;
    private readonly Random _random;
    private readonly string _buyer;
    private readonly string _seller;
    private readonly int _kind;
    private readonly Dictionary<long, string> _acknowledged = [];
    private readonly List<string> _lost = [];

    private OrderLife(ShopClient shop, FastClock clock, int number, string buyer, string seller, ShopAnswer placed)
    {
        (_shop, _clock, _buyer, _seller, _kind, _random) = (shop, clock, buyer, seller, number % 10, new Random(number));
        Id = placed.Body.GetProperty("order").GetProperty("id").GetString()!;
        Due = After(placed, "paymentExpired");
        _acknowledged[1] = "placed";
    }

    public string Id { get; }

    /// <summary>When the payment is due, in real time.</summary>
    public DateTimeOffset Due { get; }

    /// <summary>What people were too late for: the change they wanted and the code they were told.</summary>
    public IReadOnlyList<string> Lost => _lost;

    public static async Task<OrderLife> Place(ShopClient shop, FastClock clock, int number, string buyer, string seller, string store, string product)
    {
        var body = new { id = Guid.CreateVersion7(), store, lines = new[] { new { product, quantity = 2 } } };
        var placed = await shop.Ask(HttpMethod.Post, "/api/orders", buyer, body);
        Assert.True(placed.Refusal is null, placed.Body.GetRawText());
        return new OrderLife(shop, clock, number, buyer, seller, placed);
    }

    /// <summary>Lives until people have nothing more to do. None of them does anything before <paramref name="first"/>.</summary>
    public async Task Act(DateTimeOffset first)
    {
        if (_kind < 4)
        {
            return;
        }

        await Until(_kind == 4 ? Due + Race * _random.NextDouble() : Earlier(first));
        var checking = await Do(_buyer, "pay", "paid", 1, new() { ["method"] = "card" });
        if (checking is null || _kind <= 5)
        {
            return;
        }

        var payable = await Reached("awaitingShipment", After(checking, "paymentChecked"));
        switch (_kind)
        {
            case 6:
                await Ship(payable);
                break;
            case 7 when await Ship(payable) is { } shipped:
                await Until(After(shipped, "deliveryEnded") + Race * _random.NextDouble());
                await Do(_buyer, "receipt", "receiptConfirmed", shipped.Version);
                break;
            case 8:
                var both = await Task.WhenAll(Cancel(payable), Ship(payable));
                Assert.Single(both, answer => answer is not null);
                break;
            case 9 when await Cancel(payable) is { } asked:
                await Until(After(asked, "cancellationExpired") + Race * _random.NextDouble());
                await Do(_seller, "cancellation/accept", "cancellationAccepted", asked.Version);
                break;
        }
    }

    /// <summary>The transitions as one front tells them to the buyer.</summary>
    public async Task<IReadOnlyList<SeenStep>> Read(int front)
    {
        var order = await _shop.Ask(HttpMethod.Get, $"/api/orders/{Id}", _buyer, front: front);
        Assert.True(order.Refusal is null, order.Body.GetRawText());
        return order.Steps;
    }

    /// <summary>What people were told happened must be there, and nothing else that people do.</summary>
    public IEnumerable<string> Faults(IReadOnlyList<SeenStep> stored)
    {
        var theirs = stored.Where(step => step.Side != "system").ToDictionary(step => step.Version, step => step.Change);
        if (theirs.Count != _acknowledged.Count || _acknowledged.Except(theirs).Any())
        {
            yield return $"{Id}: acknowledged {string.Join(", ", _acknowledged)}, stored {string.Join(", ", theirs)}";
        }
    }

    private static async Task Until(DateTimeOffset moment)
    {
        var wait = moment - DateTimeOffset.UtcNow;
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }

    /// <summary>Some time before the payment is due, but not before anything is killed.</summary>
    private DateTimeOffset Earlier(DateTimeOffset first) => first + (Due - first) * _random.NextDouble();

    /// <summary>When what this answer set is due, in real time. The order in the answer may be further by now: it answers a repeat too.</summary>
    private DateTimeOffset After(ShopAnswer answer, string change) =>
        _clock.RealOf(DateTimeOffset.FromUnixTimeMilliseconds(answer.Body.GetProperty("at").GetInt64()) + DeadlineRun.Within[change]);

    private Task<ShopAnswer?> Ship(long version) => Do(_seller, "parcels", "shipped", version, new() { ["tracking"] = "AB123456" });

    private Task<ShopAnswer?> Cancel(long version) =>
        Do(_buyer, "cancellation", "cancellationRequested", version, new() { ["reason"] = "tooSlow", ["sellerAtFault"] = false });

    /// <summary>A command, twice at once under its id as by an impatient finger; null when somebody else was faster.</summary>
    private async Task<ShopAnswer?> Do(string who, string route, string change, long version, Dictionary<string, object>? more = null)
    {
        var body = new Dictionary<string, object>(more ?? []) { ["id"] = Guid.CreateVersion7(), ["version"] = version };
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _shop.Ask(HttpMethod.Post, $"/api/orders/{Id}/{route}", who, body)));
        var codes = answers.Select(answer => answer.Refusal).Distinct().ToArray();
        Assert.True(codes.Length == 1, $"{Id}: one command had the answers {string.Join(" and ", answers.Select(answer => answer.Body.GetRawText()))}");
        if (codes[0] is { } code)
        {
            // Wrong state, or another version: what a loser is told.
            Assert.True(code is 5002 or 5003, answers[0].Body.GetRawText());
            lock (_lost)
            {
                _lost.Add($"{change} {code}");
            }

            return null;
        }

        Assert.Equal([version + 1, version + 1], answers.Select(answer => answer.Version));
        lock (_acknowledged)
        {
            _acknowledged.Add(version + 1, change);
        }

        return answers[0];
    }

    /// <summary>The version at which the order is in a status that a deadline brings.</summary>
    private async Task<long> Reached(string status, DateTimeOffset due)
    {
        await Until(due);
        while (true)
        {
            var order = await _shop.Ask(HttpMethod.Get, $"/api/orders/{Id}", _buyer);
            if (order.Status == status)
            {
                return order.Version;
            }

            await Task.Delay(LookEvery);
        }
    }
}
