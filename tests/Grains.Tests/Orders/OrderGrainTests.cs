using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Conversations;
using Chat.Grains.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using static Chat.Grains.Tests.Orders.GivenOrder;

namespace Chat.Grains.Tests.Orders;

/// <summary>Orders on the host of this build, with real conversations and a real database, under a clock of the test's own.</summary>
public sealed class OrderGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OrderClock _clock = new(Noon);
    private readonly Policy _policy = new() { DeadlineSweep = TimeSpan.FromSeconds(1) };
    private GrainHostFixture _host = null!;
    private int _orders;

    private IOrderReader Orders => _host.Services.GetRequiredService<IOrderReader>();

    public async Task InitializeAsync()
    {
        _host = await GrainHostFixture.StartProduct(services =>
        {
            services.AddSingleton(Microsoft.Extensions.Options.Options.Create(_policy));
            services.AddSingleton(new PolicyClock(_clock));
        });
        await _host.Grains.User(Given.Anna).SetProfile("Anna");
        await _host.Grains.Store(Given.Shop).Open("Casa Lumbre", Given.Elena);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Placing_again_by_the_same_command_gives_the_first_answer_and_one_order()
    {
        var (order, place) = NewOrder();
        var first = await order.Handle(place);
        var second = await order.Handle(place);
        Assert.Equal(first.Value!.Receipt with { Duplicate = true }, second.Value!.Receipt);
        Assert.Single((await Orders.Page(Given.Buyer, null, null, 50)).Orders);
    }

    [Fact]
    public async Task A_life_from_placing_to_completion_is_told_in_the_conversation_once_each()
    {
        var order = await Placed();
        await Do(order, null, Pay);
        await Due(order);
        await Do(order, Given.Elena, ShipPart);
        await Do(order, Given.Elena, ShipAll);
        await Do(order, Given.Elena, new ExtendDelivery(10));
        await Due(order);
        await Due(order);
        var view = await View(order);
        Assert.Equal(OrderStatus.Completed, view.Status);

        var notices = await Notices(view.Id, 8);
        Assert.Equal(
            [
                OrderChange.Placed, OrderChange.Paid, OrderChange.PaymentChecked, OrderChange.ParcelShipped, OrderChange.Shipped,
                OrderChange.DeliveryExtended, OrderChange.DeliveryEnded, OrderChange.ProtectionEnded,
            ],
            notices.Select(message => message.Notice!.Change));
        Assert.All(notices, message => Assert.Equal(MessageKind.System, message.Kind));
        Assert.Equal(Enumerable.Range(1, 8).Select(version => (long)version), notices.Select(message => message.Notice!.Order.Version));
        Assert.Equal((Given.Buyer, Given.Store, PrincipalId.System), (notices[0].Sender, notices[3].Sender, notices[7].Sender));
    }

    [Fact]
    public async Task A_notice_is_unread_for_who_did_not_act_and_is_neither_question_nor_answer()
    {
        var conversation = _host.Grains.Conversation(Given.Id);
        Assert.True((await conversation.Post(Given.FromBuyer(1))).IsOk);
        var order = await Placed();
        var id = (await View(order)).Id;
        await Notices(id, 1);
        var row = (await conversation.History(Given.Buyer, 0, 50)).Value!.Summary.Row;
        Assert.Equal((0, 2), (row.Buyer.Unread, row.Store.Unread));
        Assert.NotNull(row.WaitingSince);
        await Do(order, null, Pay);
        await Due(order);
        await Notices(id, 3);
        row = (await conversation.History(Given.Buyer, 0, 50)).Value!.Summary.Row;
        Assert.Equal((1, 4), (row.Buyer.Unread, row.Store.Unread));
        Assert.NotNull(row.WaitingSince);
        Assert.True((await conversation.Post(Given.FromStore(2))).IsOk);
        await Do(order, Given.Elena, ShipAll);
        await Notices(id, 4);
        Assert.Null((await conversation.History(Given.Buyer, 0, 50)).Value!.Summary.Row.WaitingSince);
    }

    [Fact]
    public async Task The_same_notice_asked_for_again_is_one_message()
    {
        var order = await Placed();
        var view = await View(order);
        var first = (await Notices(view.Id, 1))[0];
        var state = OrderRules.Apply(new OrderState(), OrderRules.Decide(new OrderState(), By(OrderSide.Buyer, new OrderState(), Place with { Order = view.Id }), OrderSide.Buyer, Terms, Noon).Value!.Events);
        var again = await _host.Grains.Conversation(Given.Id).PostNotice(OrderNotices.Of(state, state.Outbox[0]));
        Assert.True(again.Value!.Duplicate);
        Assert.Equal(first.Seq, again.Value.Seq);
    }

    [Fact]
    public async Task Strangers_get_what_a_missing_order_gives_from_every_method()
    {
        var eve = new UserId("eve");
        var order = await Placed();
        var missing = _host.Grains.Order(new OrderId("999"));
        var version = (await View(order)).Version;
        foreach (var asked in (IOrderGrain[])[order, missing])
        {
            Assert.Equal(OrderRules.NotFound, (await asked.Get(eve)).Error);
            Assert.Equal(OrderRules.NotFound, (await asked.GetAgain(eve)).Error);
            foreach (var command in (OrderCommand[])[Pay, ShipAll, Cancel, new AcceptCancellation(), Already, new ExtendDelivery(1), new ConfirmReceipt(), Refund(1), new ReportRefundPaid(1)])
            {
                Assert.Equal(OrderRules.NotFound, (await asked.Handle(new OrderRequest(new CommandId("x"), eve, version, command))).Error);
            }
        }
    }

    [Fact]
    public async Task Agent_who_left_is_a_stranger()
    {
        var order = await Placed();
        var gone = new UserId("gone");
        await _host.Grains.Store(Given.Shop).AddAgent(Given.Elena, gone);
        Assert.Equal(OrderSide.Store, (await order.Get(gone)).Value!.Side);
        await _host.Grains.Store(Given.Shop).RemoveAgent(Given.Elena, gone);
        Assert.Equal(OrderRules.NotFound, (await order.Get(gone)).Error);
    }

    [Fact]
    public async Task Agents_do_not_buy_from_their_own_store_and_missing_stores_sell_nothing()
    {
        var place = Place with { Buyer = Given.Elena };
        Assert.Equal(ErrorCode.OwnStore, (await _host.Grains.Order(Id).Handle(new OrderRequest(new CommandId("x"), Given.Elena, null, place))).Error?.Code);
        var nowhere = Place with { Store = new StoreId("nowhere") };
        Assert.Equal(ErrorCode.StoreNotFound, (await _host.Grains.Order(Id).Handle(new OrderRequest(new CommandId("x"), Given.Anna, null, nowhere))).Error?.Code);
    }

    [Fact]
    public async Task Confirming_while_the_deadline_fires_has_one_winner_and_the_loser_is_told()
    {
        for (var round = 0; round < 10; round++)
        {
            var order = await Shipped();
            var before = await View(order);
            _clock.Now = before.Deadlines[0].At;
            var confirm = order.Handle(new OrderRequest(new CommandId($"confirm-{before.Id}"), Given.Anna, before.Version, new ConfirmReceipt()));
            var fire = order.ApplyDeadline(before.Deadlines[0].Kind, before.Deadlines[0].Version);
            await Task.WhenAll(confirm, fire);
            var after = await View(order);
            Assert.Equal(before.Version + 1, after.Version);
            Assert.Equal((await fire) == DeadlineOutcome.Applied, !(await confirm).IsOk);
            Assert.Equal((await confirm).IsOk ? OrderStatus.Completed : OrderStatus.Protection, after.Status);
            if (!(await confirm).IsOk)
            {
                Assert.Equal((ErrorCode.OrderChanged, after.Version), ((await confirm).Error!.Code, (await confirm).Error!.Limit!.Value));
            }
        }
    }

    [Fact]
    public async Task Shipping_while_the_buyer_asks_to_cancel_has_one_winner_and_the_loser_is_told()
    {
        for (var round = 0; round < 10; round++)
        {
            var order = await ToShip();
            var before = await View(order);
            var ask = order.Handle(new OrderRequest(new CommandId($"ask-{before.Id}"), Given.Anna, before.Version, Cancel));
            var ship = order.Handle(new OrderRequest(new CommandId($"ship-{before.Id}"), Given.Elena, before.Version, ShipAll));
            var replies = await Task.WhenAll(ask, ship);
            Assert.Single(replies, reply => reply.IsOk);
            Assert.Equal(ErrorCode.OrderChanged, replies.Single(reply => !reply.IsOk).Error!.Code);
            Assert.Equal(replies[0].IsOk ? OrderStatus.CancellationRequested : OrderStatus.Shipped, (await View(order)).Status);
        }
    }

    [Fact]
    public async Task The_same_command_many_times_at_once_is_one_transition()
    {
        var order = await Shipped();
        var before = await View(order);
        var request = new OrderRequest(new CommandId("once"), Given.Anna, before.Version, new ConfirmReceipt());
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => order.Handle(request)));
        Assert.All(replies, reply => Assert.Equal(before.Version + 1, reply.Value!.Receipt.Version));
        Assert.Single(replies, reply => !reply.Value!.Receipt.Duplicate);
    }

    [Fact]
    public async Task A_write_of_another_process_makes_the_outcome_unknown_and_the_repeat_finds_the_truth()
    {
        var order = await Shipped();
        var before = await View(order);
        await Settled(before.Id);
        await _host.MoveStateVersions();
        var request = new OrderRequest(new CommandId("fenced"), Given.Anna, before.Version, new ConfirmReceipt());
        Assert.Equal(ErrorCode.OutcomeUnknown, (await order.Handle(request)).Error?.Code);
        await Eventually(async () => (await order.Handle(request)) is { IsOk: true, Value.Receipt.Duplicate: false });
        Assert.Equal(OrderStatus.Completed, (await View(order)).Status);
    }

    [Fact]
    public async Task Sweepers_apply_what_is_due_and_nothing_else()
    {
        var due = await Placed();
        _clock.Now = Noon.AddDays(10);
        var later = await Placed();
        await WakeSweepers();
        _clock.Now = Noon.AddDays(20).AddMilliseconds(-1);
        await Task.WhenAll(Settled((await View(due)).Id), Settled((await View(later)).Id));
        Assert.Equal(OrderStatus.AwaitingPayment, (await View(due)).Status);
        _clock.Now = Noon.AddDays(20);
        await Eventually(async () => (await View(due)).Status == OrderStatus.Closed);
        Assert.Equal(2, (await View(due)).Version);
        Assert.Equal(OrderStatus.AwaitingPayment, (await View(later)).Status);
    }

    [Fact]
    public async Task Two_hundred_deadlines_each_make_one_transition_and_one_notice()
    {
        const int Count = 200;
        var orders = new ConcurrentBag<IOrderGrain>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) => orders.Add(await Placed()));
        await WakeSweepers();
        _clock.Now = Noon.AddDays(20);
        await Eventually(async () => (await Task.WhenAll(orders.Select(View))).All(view => view.Status == OrderStatus.Closed));
        await Eventually(async () => (await Task.WhenAll(orders.Select(View))).All(view => view.Version == 2));
        await Eventually(async () => (await _host.Query("SELECT count(*) FROM message WHERE kind = 1", row => row.GetInt64(0)))[0] == 2 * Count);
        await Eventually(async () => (await _host.Query("SELECT count(*) FROM grain_state WHERE due_at IS NOT NULL", row => row.GetInt64(0)))[0] == 0);
        Assert.Equal(2 * Count, (await _host.Query("SELECT count(DISTINCT client_id) FROM message WHERE kind = 1", row => row.GetInt64(0)))[0]);
    }

    [Fact]
    public async Task Lateness_is_measured_in_seconds_also_of_what_was_due_long_before_anybody_looked()
    {
        // A figure that no other test makes: the meter is the whole process's.
        var late = TimeSpan.FromMilliseconds(98_765_432);
        var seen = new ConcurrentBag<(double Value, string? Unit)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == "chat.order.deadline.lateness")
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.Add((value, instrument.Unit)));
        listener.Start();
        var order = await Placed();
        _clock.Now = Noon.AddDays(20) + late;
        await WakeSweepers();
        await Eventually(async () => (await View(order)).Status == OrderStatus.Closed);
        await Eventually(() => Task.FromResult(seen.Contains((late.TotalSeconds, "s"))));
        Assert.Single(seen, one => one.Value == late.TotalSeconds);
    }

    [Fact]
    public async Task Looking_for_notices_applies_a_deadline_that_has_come()
    {
        var order = await Placed();
        _clock.Now = Noon.AddDays(20).AddMilliseconds(-1);
        await order.ApplyDeadline(DeadlineKind.Notices, 1);
        Assert.Equal(OrderStatus.AwaitingPayment, (await View(order)).Status);
        _clock.Now = Noon.AddDays(20);
        await order.ApplyDeadline(DeadlineKind.Notices, 1);
        Assert.Equal((2, OrderStatus.Closed), ((await View(order)).Version, (await View(order)).Status));
    }

    [Fact]
    public async Task Running_countdown_keeps_the_policy_it_was_promised()
    {
        var order = await Placed();
        _policy.OrderPaymentWithin = TimeSpan.FromDays(1);
        _policy.OrderPaymentCheck = TimeSpan.FromHours(2);
        Assert.Equal(Noon.AddDays(20), (await View(order)).Deadlines[0].At);
        await Do(order, null, Pay);
        Assert.Equal(Noon.AddHours(2), (await View(order)).Deadlines[0].At);
        Assert.Equal(TimeSpan.FromDays(20), (await View(order)).Terms.PaymentWithin);
    }

    private (IOrderGrain Order, OrderRequest Place) NewOrder()
    {
        var number = Interlocked.Increment(ref _orders);
        var id = new OrderId($"order-{number}");
        return (_host.Grains.Order(id), new OrderRequest(new CommandId($"place-{number}"), Given.Anna, null, Place with { Order = id }));
    }

    private async Task<IOrderGrain> Placed()
    {
        // A busy machine may leave a call without an answer: the same id is asked again, as a front's caller does.
        var (order, place) = NewOrder();
        await Eventually(async () => (await order.Handle(place)).IsOk);
        return order;
    }

    private async Task<IOrderGrain> ToShip()
    {
        var order = await Placed();
        await Do(order, null, Pay);
        await Due(order);
        return order;
    }

    private async Task<IOrderGrain> Shipped()
    {
        var order = await ToShip();
        await Do(order, Given.Elena, ShipAll);
        return order;
    }

    private static async Task<OrderView> View(IOrderGrain order) => (await order.Get(Given.Anna)).Value!;

    private static async Task Do(IOrderGrain order, UserId? by, OrderCommand command)
    {
        var view = await View(order);
        var reply = await order.Handle(new OrderRequest(new CommandId($"do-{view.Id}-{view.Version}"), by, by is null ? null : view.Version, command));
        Assert.True(reply.IsOk, reply.Error?.Message);
    }

    /// <summary>Sets the clock to the next deadline and has it applied.</summary>
    private async Task Due(IOrderGrain order)
    {
        var deadline = (await View(order)).Deadlines[0];
        if (deadline.At > _clock.Now)
        {
            _clock.Now = deadline.At.AddMilliseconds(-1);
            Assert.Equal(DeadlineOutcome.Early, await order.ApplyDeadline(deadline.Kind, deadline.Version));
            _clock.Now = deadline.At;
        }

        Assert.Equal(DeadlineOutcome.Applied, await order.ApplyDeadline(deadline.Kind, deadline.Version));
        Assert.Equal(DeadlineOutcome.Gone, await order.ApplyDeadline(deadline.Kind, deadline.Version));
    }

    private Task WakeSweepers() => Task.WhenAll(Enumerable.Range(0, Limits.DeadlineSweepers).Select(number => _host.Grains.DeadlineSweeper(number).Wake()));

    private async Task<List<Message>> Notices(OrderId order, int count)
    {
        List<Message> notices = [];
        await Eventually(async () =>
        {
            var page = await _host.Grains.Conversation(Given.Id).History(Given.Buyer, 0, Limits.HistoryPageMax);
            notices = [.. page.Value!.Messages.Where(message => message.Notice?.Order.Id == order)];
            return notices.Count >= count;
        });
        Assert.Equal(count, notices.Count);
        return notices;
    }

    /// <summary>Until the order's notices are posted and that is noted.</summary>
    private Task Settled(OrderId order) => Eventually(async () =>
        (await _host.Query($"SELECT json_array_length(payload, '$.outbox') FROM grain_state WHERE key_text = 'o:{order}'", row => row.GetInt64(0)))[0] == 0);

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await Holds())
        {
            await Task.Delay(20, patience.Token);
        }

        async Task<bool> Holds()
        {
            try
            {
                return await condition();
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }
}
