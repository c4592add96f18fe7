using Chat.EmbeddedHost.Simulation;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Chat.Simulation;

/// <summary>
/// Orders live by their deadlines and by people who race them, while activations crash and exist twice, state writes fail or
/// take effect and then fail, and appends lose their answers. Every transition is watched where it becomes durable: one for
/// each version, none before its time. In the end each is one message.
/// </summary>
internal sealed class OrderScenario
{
    private const int Orders = 8;

    private static readonly StoreId Shop = new("shop");
    private static readonly UserId Buyer = new("anna");
    private static readonly UserId Agent = new("elena");

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedLog _log;
    private readonly OrderId[] _ids = [.. Enumerable.Range(1, Orders).Select(number => new OrderId($"order-{number}"))];
    private readonly Dictionary<(OrderId, long), OrderReceipt> _told = [];
    private readonly Dictionary<OrderId, OrderState> _durable = [];
    private int _clockSet;
    private bool _healed;

    private OrderScenario(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _log = (SimulatedLog)cluster.Services.GetRequiredService<IConversationLog>();
    }

    public static SeedOutcome Run(int seed)
    {
        OrderScenario? scenario = null;
        var result = SimulatedCluster.Run(
            seed,
            new SimulationOptions
            {
                Host = options => options.Assemblies.Add(typeof(ChatGrains).Assembly),
                Services = AddServices,
                StepsMax = 400_000,
            },
            cluster => (scenario = new OrderScenario(cluster)).Play());
        var steps = scenario!._ids.SelectMany(id => scenario.Stored(id)!.Steps).ToArray();
        return new SeedOutcome(
            result,
            [
                new("deadlines applied", steps.Count(step => step.Side == OrderSide.System), 10),
                new("commands of people and the marketplace accepted", steps.Count(step => step.Side != OrderSide.System), 10),
                new("commits that lost their answer", scenario._log.CommittedUnknown, 1),
                new("times the clock was set", scenario._clockSet, 0.5),
            ]);
    }

    private static void AddServices(IServiceCollection services, SimulatedCluster cluster)
    {
        services.AddSimulatedChat(cluster);
        services.Configure<Policy>(policy =>
        {
            policy.OrderPaymentWithin = TimeSpan.FromSeconds(60);
            policy.OrderPaymentCheck = TimeSpan.FromSeconds(5);
            policy.OrderCancellationAnswerWithin = TimeSpan.FromSeconds(15);
            policy.OrderDelivery = TimeSpan.FromSeconds(20);
            policy.OrderDeliveryMax = TimeSpan.FromSeconds(60);
            policy.OrderProtection = TimeSpan.FromSeconds(10);
            policy.OrderRefundWithin = TimeSpan.FromSeconds(30);
            policy.DeadlineSweep = TimeSpan.FromSeconds(1);
        });
        services.AddSingleton<IConversationLog>(new SimulatedLog(cluster));
        services.AddSingleton<IInboxReader, NoInbox>();
        services.AddSingleton<IDeadlineReader, SimulatedDeadlines>();
        services.AddSingleton<IWakeReader, NoSleepers>();
    }

    private async Task Play()
    {
        Assert.True((await _cluster.Grains.User(Buyer).SetProfile("Anna")).IsOk);
        Assert.True((await _cluster.Grains.Store(Shop).Open("Shop", Agent)).IsOk);
        ((SimulatedDeadlines)_cluster.Services.GetRequiredService<IDeadlineReader>()).Orders = _durable;
        _cluster.Storage.Changed = (name, grain) => Watch(name, grain);
        await WakeSweepers();
        Break();
        var accidents = Accidents();
        await Task.WhenAll(_ids.Select(Live));
        Heal();
        await accidents;
        await Settle();
        Check();
    }

    /// <summary>People do what comes to them, on what they see, each command repeated until it is answered.</summary>
    private async Task Live(OrderId id, int number)
    {
        var product = new ProductCard(new ProductId("teapot"), Shop, "Tetera", new Money(3_450, "EUR"), "/teapot.svg");
        await Act(id, new OrderRequest(new CommandId("place"), Buyer, null, new PlaceOrder(id, Buyer, Shop, [new OrderLine(product, 2)])));
        for (var turn = 0; turn < 12; turn++)
        {
            await _cluster.Pause(6_000);
            if (await TryView(id) is not { } view)
            {
                continue;
            }

            // Some are never paid, never answered, never confirmed: their deadlines do it.
            var command = (view.Status, _cluster.Random.Next(3)) switch
            {
                (OrderStatus.AwaitingPayment, _) when number % 4 != 0 => (By: (UserId?)null, (OrderCommand)new ReportPayment(view.Total, PaymentMethod.Card)),
                (OrderStatus.AwaitingShipment, 0) => (Buyer, new RequestCancellation(CancellationReason.TooSlow, false, null)),
                (OrderStatus.AwaitingShipment, 1) => (Agent, new ShipParcel("AB12345", null, [new ParcelItem(1, 1)])),
                (OrderStatus.AwaitingShipment, _) => (Agent, new ShipParcel("AB12345", null, [])),
                (OrderStatus.CancellationRequested, 0) => (Agent, new AcceptCancellation()),
                (OrderStatus.CancellationRequested, 1) => (Agent, new AnswerAlreadyShipped("AB12345", null)),
                (OrderStatus.Shipped or OrderStatus.Protection, 0) => (Buyer, new ConfirmReceipt()),
                (OrderStatus.Shipped, 1) => (Agent, new GrantRefund(new Money(100, "EUR"))),
                _ => (null, null!),
            };
            if (command.Item2 is { } chosen)
            {
                var request = new OrderRequest(new CommandId($"turn-{turn}"), command.By, command.By is null ? null : view.Version, chosen);
                await Act(id, request);
                if (_cluster.Random.Next(3) == 0)
                {
                    await Act(id, request);
                }
            }
        }
    }

    /// <summary>Repeats a command with its id until there is an answer; what was told once is told again.</summary>
    private async Task Act(OrderId id, OrderRequest request)
    {
        while (true)
        {
            try
            {
                var reply = await _cluster.Grains.Order(id).Handle(request);
                if (reply.IsOk)
                {
                    var receipt = reply.Value.Receipt with { Duplicate = false };
                    Assert.Equal(receipt, _told.GetValueOrDefault((id, receipt.Version), receipt));
                    _told[(id, receipt.Version)] = receipt;
                    return;
                }

                if (reply.Error.Code is not (ErrorCode.OutcomeUnknown or ErrorCode.Unavailable))
                {
                    return;
                }
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                // No answer; again.
            }

            await _cluster.Pause(200);
        }
    }

    private async Task<OrderView?> TryView(OrderId id)
    {
        try
        {
            return (await _cluster.Grains.Order(id).Get(Buyer)).Value;
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            return null;
        }
    }

    private void Break()
    {
        _cluster.CrashShare = 0.002;
        _cluster.Storage.FailureShare = 0.05;
        _cluster.Storage.CommitThenThrowShare = 0.1;
        _log.UnknownShare = 0.1;
        _log.ReadFailureShare = 0.05;
    }

    private void Heal()
    {
        _healed = true;
        _cluster.CrashShare = 0;
        _cluster.Storage.FailureShare = 0;
        _cluster.Storage.CommitThenThrowShare = 0;
        _log.UnknownShare = 0;
        _log.ReadFailureShare = 0;
    }

    private async Task Accidents()
    {
        while (!_healed)
        {
            await _cluster.Pause(2_000);
            IAddressable grain = _cluster.Random.Next(4) switch
            {
                0 => _cluster.Grains.Conversation(ConversationId.Between(Buyer, Shop)),
                1 => _cluster.Grains.DeadlineSweeper(_cluster.Random.Next(Limits.DeadlineSweepers)),
                _ => _cluster.Grains.Order(_ids[_cluster.Random.Next(Orders)]),
            };
            _ = _cluster.Random.Next(3) == 0 ? _cluster.Split(grain) : _cluster.Crash(grain);
            _clockSet += _cluster.MaySet(TimeSpan.FromSeconds(20)) ? 1 : 0;
        }
    }

    /// <summary>Reminders bring the sweepers back by themselves; then all that is due is applied and told.</summary>
    private async Task Settle()
    {
        for (var minute = 0; minute < 30; minute++)
        {
            await Task.Delay(TimeSpan.FromSeconds(20), _cluster.Time);
            if (_ids.All(id => Stored(id) is { Outbox.IsEmpty: true, Due: null }))
            {
                return;
            }
        }

        Assert.Fail("After everything healed, deadlines or notices still wait: " + string.Join(", ", _ids.Select(id => Stored(id)?.Due?.Kind)));
    }

    /// <summary>
    /// At the moment an order's row is durable: history only grows, by one step for each version, and the system acts only
    /// on a deadline that the row before it had, not before its time.
    /// </summary>
    private void Watch(string name, GrainId grain)
    {
        if (name != "order" || _cluster.Storage.Peek<OrderState>(name, grain) is not { Id: { } id } now)
        {
            return;
        }

        var before = _durable.GetValueOrDefault(id) ?? new OrderState();
        _durable[id] = now;
        Assert.Equal(now.Version, now.Steps.Length);
        Assert.True(now.Steps.Take(before.Steps.Length).SequenceEqual(before.Steps), $"The history of {id} was changed.");
        Assert.InRange(now.Refunds.Sum(refund => refund.Amount.Minor), 0, now.Paid?.Minor ?? 0);
        foreach (var step in now.Steps.Skip(before.Steps.Length).Where(step => step.Side == OrderSide.System))
        {
            Assert.True(
                before.Deadlines().Any(deadline => deadline.At <= step.At),
                $"{step.Change} of {id} came early, or without a deadline.");
        }
    }

    private void Check()
    {
        var messages = _log.Stored.SelectMany(stored => stored.Messages).Where(message => message.Notice is not null).ToArray();
        foreach (var id in _ids)
        {
            var state = Stored(id)!;
            Assert.Equal(state.Version, state.Steps.Length);
            Assert.Equal(Enumerable.Range(1, state.Steps.Length).Select(version => (long)version), state.Steps.Select(step => step.Version));
            var told = messages.Where(message => message.Notice!.Order.Id == id).ToArray();
            Assert.Equal(state.Steps.Select(step => (step.Version, step.Change)), told.Select(message => (message.Notice!.Order.Version, message.Notice.Change)));
            CheckTimes(state, told);
            Assert.InRange(state.Refunds.Sum(refund => refund.Amount.Minor), 0, state.Paid?.Minor ?? 0);
        }

        foreach (var ((id, version), receipt) in _told)
        {
            var step = Stored(id)!.Steps[(int)version - 1];
            Assert.Equal((receipt.Status, receipt.At), (step.Status, step.At));
        }
    }

    /// <summary>A step of the system is never before the deadline that the card before it showed, and follows no other.</summary>
    private static void CheckTimes(OrderState state, Message[] told)
    {
        for (var at = 1; at < told.Length; at++)
        {
            if (state.Steps[at].Side == OrderSide.System)
            {
                var deadline = told[at - 1].Notice!.Order.Deadline;
                Assert.NotNull(deadline);
                Assert.True(state.Steps[at].At >= deadline.At, $"{state.Steps[at].Change} came early.");
            }
        }
    }

    private OrderState? Stored(OrderId id) => _durable.GetValueOrDefault(id);

    private async Task WakeSweepers()
    {
        for (var number = 0; number < Limits.DeadlineSweepers; number++)
        {
            await _cluster.Grains.DeadlineSweeper(number).Wake();
        }
    }

    /// <summary>The deadline index in memory: what is stored now, whoever believes what.</summary>
    private sealed class SimulatedDeadlines : IDeadlineReader
    {
        public IReadOnlyDictionary<OrderId, OrderState> Orders { get; set; } = new Dictionary<OrderId, OrderState>();

        public Task<IReadOnlyList<DueOrder>> Due(DateTimeOffset now, int limit, ShardRange shards, DueOrder? after) => Task.FromResult<IReadOnlyList<DueOrder>>(
        [
            .. Orders.Values
                .Where(state => state.Due is { } due && due.At <= now.ToUnixTimeMilliseconds() && state.Shard >= shards.First && state.Shard <= shards.Last)
                .Select(state => new DueOrder(state.Id!.Value, state.Due!.Kind, state.Due.Version, DateTimeOffset.FromUnixTimeMilliseconds(state.Due.At))),
        ]);
    }
}
