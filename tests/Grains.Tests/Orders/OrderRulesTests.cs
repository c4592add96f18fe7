using System.Text.Json;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Conversations;
using static Chat.Grains.Tests.Orders.GivenOrder;

namespace Chat.Grains.Tests.Orders;

public sealed class OrderRulesTests
{
    [Fact]
    public void Same_command_id_gets_the_first_answer_and_changes_nothing()
    {
        var before = In(Situation.Shipped);
        var request = By(OrderSide.Buyer, before, new ConfirmReceipt());
        var first = OrderRules.Decide(before, request, OrderSide.Buyer, Terms, Noon).Value!;
        var after = OrderRules.Apply(before, first.Events);

        var second = OrderRules.Decide(after, request, OrderSide.Buyer, Terms, Noon.AddDays(2)).Value!;

        Assert.Empty(second.Events);
        Assert.Equal(first.Receipt with { Duplicate = true }, second.Receipt);
    }

    [Fact]
    public void Same_command_id_for_another_command_is_a_conflict()
    {
        var before = In(Situation.Shipped);
        var request = By(OrderSide.Store, before, new ExtendDelivery(3));
        var after = OrderRules.Apply(before, OrderRules.Decide(before, request, OrderSide.Store, Terms, Noon).Value!.Events);
        Refused(after, request with { Command = new ExtendDelivery(4) }, OrderSide.Store, ErrorCode.IdConflict);
    }

    [Fact]
    public void Same_command_id_from_the_other_side_is_another_command()
    {
        var before = In(Situation.AwaitingShipment);
        var request = By(OrderSide.Buyer, before, Cancel);
        var after = OrderRules.Apply(before, OrderRules.Decide(before, request, OrderSide.Buyer, Terms, Noon).Value!.Events);
        var other = By(OrderSide.Store, after, new AcceptCancellation()) with { Id = request.Id };
        Assert.False(OrderRules.Decide(after, other, OrderSide.Store, Terms, Noon).Value!.Receipt.Duplicate);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(1L)]
    public void Stale_version_is_refused_with_the_current_one(long off)
    {
        var state = In(Situation.Shipped);
        var request = By(OrderSide.Buyer, state, new ConfirmReceipt()) with { ExpectedVersion = state.Version + off };
        Assert.Equal(state.Version, Refused(state, request, OrderSide.Buyer, ErrorCode.OrderChanged).Limit);
    }

    [Fact]
    public void People_must_name_the_version_and_the_marketplace_need_not()
    {
        var state = In(Situation.AwaitingShipment);
        Refused(state, By(OrderSide.Store, state, ShipAll) with { ExpectedVersion = null }, OrderSide.Store, ErrorCode.BadRequest);
        Assert.Equal(OrderStatus.Shipped, state.Do(OrderSide.Marketplace, ShipAll).Status);
    }

    [Fact]
    public void Shipped_is_reached_only_with_the_last_piece_and_the_countdown_begins_then()
    {
        var state = In(Situation.AwaitingShipment)
            .Do(OrderSide.Store, new ShipParcel("AB-000001", null, [new ParcelItem(1, 2), new ParcelItem(2, 2)]), Noon.AddDays(3));
        Assert.Equal((OrderStatus.AwaitingShipment, null), (state.Status, state.Deadline));
        state = state.Do(OrderSide.Store, new ShipParcel("AB-000002", null, [new ParcelItem(2, 1)]), Noon.AddDays(9));
        Assert.Equal(OrderStatus.Shipped, state.Status);
        Assert.Equal(Noon.AddDays(9 + 60), state.Deadline!.At);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(3, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -1)]
    public void Parcel_holds_only_what_is_left(int line, int quantity) => Refused(
        In(Situation.AwaitingShipment), new ShipParcel("AB-000001", null, [new ParcelItem(line, quantity)]), OrderSide.Store, ErrorCode.ParcelInvalid);

    [Fact]
    public void Parcel_names_each_line_once() => Refused(
        In(Situation.AwaitingShipment), new ShipParcel("AB-000001", null, [new ParcelItem(2, 2), new ParcelItem(2, 2)]), OrderSide.Store, ErrorCode.ParcelInvalid);

    [Theory]
    [InlineData("AB12")]
    [InlineData("AB 12345")]
    [InlineData("АВ123456")]
    [InlineData("12345678901234567890123456789012345678901")]
    public void Tracking_number_is_letters_digits_and_hyphens(string tracking)
    {
        Refused(In(Situation.AwaitingShipment), ShipAll with { Tracking = tracking }, OrderSide.Store, ErrorCode.TrackingInvalid);
        Refused(In(Situation.CancellationRequested), Already with { Tracking = tracking }, OrderSide.Store, ErrorCode.TrackingInvalid);
    }

    [Fact]
    public void Last_parcel_answers_an_open_request_to_cancel()
    {
        var state = In(Situation.CancellationRequested).Do(OrderSide.Marketplace, ShipAll);
        Assert.Equal((OrderStatus.Shipped, CancellationAnswer.AlreadyShipped), (state.Status, state.Cancellation!.Answer));
    }

    [Fact]
    public void Parcel_before_the_last_leaves_the_request_and_its_deadline_open()
    {
        var before = In(Situation.CancellationRequested);
        var state = before.Do(OrderSide.Store, ShipPart, Noon.AddDays(5));
        Assert.Equal((OrderStatus.CancellationRequested, before.Deadline), (state.Status, state.Deadline));
    }

    [Fact]
    public void Silence_of_the_seller_cancels_in_the_buyers_favour_and_owes_all_that_was_paid()
    {
        var state = In(Situation.CancellationRequested);
        Assert.Equal(Noon.AddDays(14), state.Deadline!.At.AddDays(-1));
        state = state.Expire();
        Assert.Equal((OrderStatus.Closed, CancellationAnswer.Expired), (state.Status, state.Cancellation!.Answer));
        Assert.Equal((Total, PaymentMethod.Card, RefundStatus.Due), (state.Refunds[0].Amount, state.Refunds[0].Method, state.Refunds[0].Status));
        Assert.Equal(DeadlineKind.Refund, state.Next!.Kind);
    }

    [Fact]
    public void Cancelling_the_rest_of_a_partly_shipped_order_owes_its_price_and_ships_the_order()
    {
        var state = In(Situation.PartlyShippedCancellation).Do(OrderSide.Store, new AcceptCancellation());
        Assert.Equal(OrderStatus.Shipped, state.Status);
        Assert.Equal(3_450 + (3 * 500), state.Refunds[0].Amount.Minor);
        Assert.Empty(state.Left());
        Assert.Equal([DeadlineKind.Refund, DeadlineKind.Delivery], state.Deadlines().Select(deadline => deadline.Kind));
    }

    [Fact]
    public void Refund_on_cancelling_takes_off_what_was_refunded_before()
    {
        var state = In(Situation.AwaitingShipment).Do(OrderSide.Store, Refund(400)).Do(OrderSide.Buyer, Cancel).Do(OrderSide.Store, new AcceptCancellation());
        Assert.Equal(Total.Minor - 400, state.Refunds[1].Amount.Minor);
        Assert.Equal(0, state.Refundable());
    }

    [Fact]
    public void Refund_over_what_is_left_of_the_paid_sum_is_refused_with_what_is_left()
    {
        var state = In(Situation.Shipped).Do(OrderSide.Store, Refund(8_000));
        Assert.Equal(400, Refused(state, Refund(401), OrderSide.Store, ErrorCode.RefundTooLarge).Limit);
        Assert.Equal(0, state.Do(OrderSide.Store, Refund(400)).Refundable());
    }

    [Fact]
    public void Refund_is_positive_and_in_the_orders_currency()
    {
        Refused(In(Situation.Shipped), Refund(0), OrderSide.Store, ErrorCode.AmountInvalid);
        Refused(In(Situation.Shipped), Refund(-5), OrderSide.Store, ErrorCode.AmountInvalid);
        Refused(In(Situation.Shipped), new GrantRefund(new Money(5, "USD")), OrderSide.Store, ErrorCode.AmountInvalid);
    }

    [Fact]
    public void Refund_that_is_paid_or_late_leaves_its_deadline()
    {
        var state = In(Situation.ClosedRefunded);
        Assert.Equal(RefundStatus.Paid, state.Do(OrderSide.Marketplace, new ReportRefundPaid(1)).Refunds[0].Status);
        Assert.Null(state.Do(OrderSide.Marketplace, new ReportRefundPaid(1)).Next);
        var late = state.Expire();
        Assert.Equal((RefundStatus.Overdue, null), (late.Refunds[0].Status, late.Next));
        Assert.Equal(RefundStatus.Paid, late.Do(OrderSide.Marketplace, new ReportRefundPaid(1)).Refunds[0].Status);
    }

    [Fact]
    public void Payment_must_be_the_total()
    {
        Refused(In(Situation.AwaitingPayment), Pay with { Amount = Total with { Minor = Total.Minor - 1 } }, OrderSide.Marketplace, ErrorCode.AmountInvalid);
        Refused(In(Situation.AwaitingPayment), Pay with { Amount = Total with { Currency = "USD" } }, OrderSide.Marketplace, ErrorCode.AmountInvalid);
    }

    [Fact]
    public void Delivery_is_extended_up_to_120_days_in_all()
    {
        var state = In(Situation.Shipped).Do(OrderSide.Store, new ExtendDelivery(20));
        Assert.Equal(40, Refused(state, new ExtendDelivery(41), OrderSide.Store, ErrorCode.ExtensionTooLong).Limit);
        state = state.Do(OrderSide.Store, new ExtendDelivery(40));
        Assert.Equal(state.ShippedAt!.Value.AddDays(120), state.Deadline!.At);
        Refused(state, new ExtendDelivery(1), OrderSide.Store, ErrorCode.ExtensionTooLong);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Delivery_is_extended_by_days(int days) => Refused(In(Situation.Shipped), new ExtendDelivery(days), OrderSide.Store, ErrorCode.ExtensionTooLong);

    [Fact]
    public void Deadline_that_was_moved_does_not_fire_at_its_old_time()
    {
        var before = In(Situation.Shipped);
        var after = before.Do(OrderSide.Store, new ExtendDelivery(1));
        Assert.Equal(DeadlineOutcome.Gone, OrderRules.Decide(after, DeadlineKind.Delivery, before.Deadline!.Version, Terms, before.Deadline.At).Outcome);
        Assert.Equal(DeadlineOutcome.Early, OrderRules.Decide(after, DeadlineKind.Delivery, after.Deadline!.Version, Terms, before.Deadline.At).Outcome);
    }

    [Fact]
    public void Countdown_that_runs_keeps_its_promise_and_the_next_takes_the_new_policy()
    {
        var shorter = OrderTerms.Of(new Policy { OrderDelivery = TimeSpan.FromDays(5), OrderProtection = TimeSpan.FromDays(2) });
        var shipped = In(Situation.Shipped);
        var (outcome, _) = OrderRules.Decide(shipped, DeadlineKind.Delivery, shipped.Version, shorter, shipped.ShippedAt!.Value.AddDays(6));
        Assert.Equal(DeadlineOutcome.Early, outcome);
        var guarded = shipped.Expire(shorter);
        Assert.Equal(TimeSpan.FromDays(60), guarded.Terms!.Delivery);
        Assert.Equal(TimeSpan.FromDays(2), guarded.Terms.Protection);
        Assert.Equal(shipped.Deadline!.At.AddDays(2), guarded.Deadline!.At);
    }

    [Fact]
    public void Order_must_have_sound_lines_of_one_store_and_currency()
    {
        var line = Lines[0];
        var wrong = new (IReadOnlyList<OrderLine> Lines, ErrorCode Code)[]
        {
            ([], ErrorCode.OrderInvalid),
            ([line with { Quantity = 0 }], ErrorCode.OrderInvalid),
            ([line with { Quantity = Limits.OrderQuantityMax + 1 }], ErrorCode.OrderInvalid),
            ([line with { Cancelled = 1 }], ErrorCode.OrderInvalid),
            ([line with { Product = line.Product with { Store = new StoreId("other") } }], ErrorCode.OrderInvalid),
            ([line, line with { Product = line.Product with { Price = new Money(1, "USD") } }], ErrorCode.OrderInvalid),
            ([line with { Product = line.Product with { Price = new Money(0, "EUR") } }], ErrorCode.OrderInvalid),
            ([.. Enumerable.Repeat(line, Limits.OrderLinesMax + 1)], ErrorCode.TooMany),
        };
        foreach (var (lines, code) in wrong)
        {
            Refused(new OrderState(), Place with { Lines = lines }, OrderSide.Buyer, code);
        }
    }

    [Fact]
    public void Notice_is_unread_for_whoever_did_not_act()
    {
        Assert.Equal(OrderSide.Buyer, In(Situation.AwaitingPayment).Outbox[^1].Sender);
        Assert.Equal(OrderSide.Buyer, In(Situation.PaymentCheck).Outbox[^1].Sender);
        Assert.Equal(OrderSide.System, In(Situation.AwaitingShipment).Outbox[^1].Sender);
        Assert.Equal(OrderSide.Store, In(Situation.Shipped).Outbox[^1].Sender);
        Assert.Equal(OrderSide.Store, In(Situation.AwaitingShipment).Do(OrderSide.Marketplace, ShipAll).Outbox[^1].Sender);
    }

    [Fact]
    public void Time_of_steps_never_runs_backwards()
    {
        var state = In(Situation.AwaitingShipment).Do(OrderSide.Store, ShipPart, Noon.AddDays(-3));
        Assert.Equal(state.Steps.Select(step => step.At).Order(), state.Steps.Select(step => step.At));
    }

    [Theory]
    [InlineData(Situation.PartlyShippedCancellation)]
    [InlineData(Situation.ClosedRefunded)]
    [InlineData(Situation.Completed)]
    public void State_survives_its_json_without_type_names(Situation situation)
    {
        var state = In(situation);
        var json = JsonSerializer.Serialize(state, StateStorage.Json);
        Assert.DoesNotContain("$type", json);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<OrderState>(json, StateStorage.Json), StateStorage.Json));
    }

    [Fact]
    public void Due_is_the_soonest_of_deadline_and_waiting_notices()
    {
        var state = In(Situation.AwaitingPayment);
        Assert.Equal(DeadlineKind.Notices, state.Due!.Kind);
        var posted = OrderRules.Posted(state, state.Version);
        Assert.Equal((DeadlineKind.Payment, Noon.AddDays(20).ToUnixTimeMilliseconds()), (posted.Due!.Kind, posted.Due.At));
        Assert.Null(OrderRules.Posted(In(Situation.Completed), 100).Due);
    }

    [Fact]
    public void Order_id_of_a_command_is_16_digits_and_always_the_same()
    {
        var id = OrderId.For(Given.Anna, new CommandId("x"));
        Assert.Equal(id, OrderId.For(Given.Anna, new CommandId("x")));
        Assert.NotEqual(id, OrderId.For(Given.Elena, new CommandId("x")));
        Assert.Matches("^[1-9][0-9]{15}$", id.Value);
    }

    private static ChatError Refused(OrderState state, OrderCommand command, OrderSide side, ErrorCode code) =>
        Refused(state, By(side, state, command), side, code);

    private static ChatError Refused(OrderState state, OrderRequest request, OrderSide side, ErrorCode code)
    {
        var decision = OrderRules.Decide(state, request, side, Terms, Noon.AddDays(1));
        Assert.Equal(code, decision.Error?.Code);
        return decision.Error!;
    }
}
