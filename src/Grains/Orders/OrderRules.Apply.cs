using Chat.Grains.Shared;

namespace Chat.Grains.Orders;

/// <summary>What events make of the state.</summary>
internal static partial class OrderRules
{
    /// <summary>The state after events, in order.</summary>
    public static OrderState Apply(OrderState state, IEnumerable<OrderEvent> events) => events.Aggregate(state, Apply);

    /// <summary>The state after an event.</summary>
    public static OrderState Apply(OrderState state, OrderEvent @event) => @event switch
    {
        OrderPlaced placed => state with
        {
            Id = placed.Id,
            Buyer = placed.Buyer,
            Store = placed.Store,
            Lines = [.. placed.Lines],
            Total = placed.Total,
            Terms = placed.Terms,
            Deadline = placed.Deadline,
            PlacedAt = placed.At,
            Status = OrderStatus.AwaitingPayment,
        },
        PaymentReceived paid => state with
        {
            Status = OrderStatus.PaymentCheck, Paid = paid.Amount, Method = paid.Method, Terms = paid.Terms, Deadline = paid.Deadline,
        },
        PaymentChecked => state with { Status = OrderStatus.AwaitingShipment, Deadline = null },
        ParcelShipped shipped => state with { Parcels = state.Parcels.Add(shipped.Parcel) },
        DeliveryStarted started => state with
        {
            Status = OrderStatus.Shipped, ShippedAt = started.At, Terms = started.Terms, Deadline = started.Deadline,
        },
        CancellationOpened opened => state with
        {
            Status = OrderStatus.CancellationRequested, Cancellation = opened.Cancellation, Terms = opened.Terms, Deadline = opened.Deadline,
        },
        CancellationAnswered answered => state with
        {
            Status = OrderStatus.AwaitingShipment, Cancellation = state.Cancellation! with { Answer = answered.Answer }, Deadline = null,
        },
        RestCancelled => state with { Lines = [.. state.Lines.Select((line, at) => line with { Cancelled = line.Cancelled + state.LeftOf(at + 1) })] },
        DeliveryExtended extended => state with { Deadline = extended.Deadline },
        ProtectionStarted started => state with { Status = OrderStatus.Protection, Terms = started.Terms, Deadline = started.Deadline },
        OrderCompleted completed => state with { Status = OrderStatus.Completed, CompletedAt = completed.At, Deadline = null },
        OrderClosed => state with { Status = OrderStatus.Closed, Deadline = null },
        RefundGranted granted => state with { Refunds = state.Refunds.Add(granted.Refund), Terms = granted.Terms },
        RefundPaid paid => With(state, paid.Refund, RefundStatus.Paid),
        RefundBecameOverdue late => With(state, late.Refund, RefundStatus.Overdue),
        TransitionMade made => Apply(state, made),
        _ => state,
    };

    /// <summary>The state once notices up to a number are posted.</summary>
    public static OrderState Posted(OrderState state, long number) =>
        state with { Outbox = state.Outbox.RemoveAll(notice => notice.Number <= number) };

    private static OrderState Apply(OrderState state, TransitionMade made)
    {
        var next = state with { Version = made.Step.Version, Steps = state.Steps.Add(made.Step) };
        var details = made.Details;
        var notice = new OrderNotice(
            made.Step.Change, Card(next), details.Tracking, details.Carrier, details.Reason, details.SellerAtFault, details.Days, details.Amount);
        var (sender, by) = SpeaksFor(next, made.Step);
        return next with { Outbox = next.Outbox.Add(new OutgoingNotice(made.Step.Version, sender, by, made.Step.At, notice)) };
    }

    /// <summary>
    /// Whose message the notice is: it is unread for everybody else. What the marketplace reports is the step of the side
    /// that took it there.
    /// </summary>
    private static (OrderSide Sender, UserId? By) SpeaksFor(OrderState state, OrderStep step) => step switch
    {
        { Side: OrderSide.Buyer or OrderSide.Store } => (step.Side, step.By),
        { Side: OrderSide.Marketplace, Change: OrderChange.Placed or OrderChange.Paid } => (OrderSide.Buyer, state.Buyer),
        { Side: OrderSide.Marketplace, Change: OrderChange.ParcelShipped or OrderChange.Shipped or OrderChange.RefundGranted } => (OrderSide.Store, null),
        _ => (OrderSide.System, null),
    };

    private static OrderState With(OrderState state, int refund, RefundStatus status) =>
        state with { Refunds = state.Refunds.SetItem(refund - 1, state.Refunds[refund - 1] with { Status = status }) };
}
