using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Orders;

/// <summary>One rule for each command: null when it is planned, otherwise why not.</summary>
internal static partial class OrderRules
{
    private static ReadOnlySpan<OrderSide> SidesOf(OrderCommand command) => command switch
    {
        PlaceOrder => [OrderSide.Buyer, OrderSide.Marketplace],
        RequestCancellation or ConfirmReceipt => [OrderSide.Buyer],
        AcceptCancellation or AnswerAlreadyShipped or ExtendDelivery => [OrderSide.Store],
        ShipParcel or GrantRefund => [OrderSide.Store, OrderSide.Marketplace],
        _ => [OrderSide.Marketplace],
    };

    private static ChatError? Decide(OrderPlan plan, OrderCommand command) => command switch
    {
        PlaceOrder place => Place(plan, place),
        ReportPayment pay => Pay(plan, pay),
        ShipParcel ship => Ship(plan, ship),
        RequestCancellation request => Request(plan, request),
        AcceptCancellation => Accept(plan),
        AnswerAlreadyShipped answer => AlreadyShipped(plan, answer),
        ExtendDelivery extend => Extend(plan, extend),
        ConfirmReceipt => Confirm(plan),
        GrantRefund refund => Grant(plan, refund),
        ReportRefundPaid paid => Paid(plan, paid),
        _ => new ChatError(ErrorCode.BadRequest, "This is no command of an order."),
    };

    private static ChatError? Place(OrderPlan plan, PlaceOrder command)
    {
        if (plan.Before.Id is not null)
        {
            return new ChatError(ErrorCode.IdConflict, "There is an order of this id already.");
        }

        if (CheckLines(command) is { } error)
        {
            return error;
        }

        var total = new Money(command.Lines.Sum(line => line.Product.Price.Minor * line.Quantity), command.Lines[0].Product.Price.Currency);
        plan.Add(new OrderPlaced(
            command.Order, command.Buyer, command.Store, command.Lines, total, plan.Current,
            plan.Deadline(DeadlineKind.Payment, plan.Current.PaymentWithin), plan.Now));
        plan.End(OrderChange.Placed);
        return null;
    }

    private static ChatError? CheckLines(PlaceOrder command)
    {
        if (command.Lines.Count > Limits.OrderLinesMax)
        {
            return new ChatError(ErrorCode.TooMany, "The order has too many lines.", Limit: Limits.OrderLinesMax);
        }

        var sound = command.Lines.Count > 0 && command.Lines.All(line =>
            line.Product.Store == command.Store
            && line.Quantity is > 0 and <= Limits.OrderQuantityMax
            && line.Cancelled == 0
            && line.Product.Price.Minor is > 0 and <= Limits.PriceMinorMax
            && line.Product.Price.Currency == command.Lines[0].Product.Price.Currency);
        return sound
            ? null
            : new ChatError(
                ErrorCode.OrderInvalid,
                $"An order has lines of one store and one currency, each of 1 to {Limits.OrderQuantityMax} pieces with a price.",
                Limit: Limits.OrderQuantityMax);
    }

    private static ChatError? Pay(OrderPlan plan, ReportPayment command)
    {
        if (plan.Before.Status != OrderStatus.AwaitingPayment)
        {
            return WrongState(plan.Before);
        }

        if (command.Amount != plan.Before.Total)
        {
            return new ChatError(ErrorCode.AmountInvalid, "The payment is not the order's total.", Limit: plan.Before.Total!.Minor);
        }

        plan.Add(new PaymentReceived(
            command.Amount,
            command.Method,
            plan.Terms with { PaymentCheck = plan.Current.PaymentCheck },
            plan.Deadline(DeadlineKind.PaymentCheck, plan.Current.PaymentCheck)));
        plan.End(OrderChange.Paid, new NoticeDetails(Amount: command.Amount));
        return null;
    }

    private static ChatError? Ship(OrderPlan plan, ShipParcel command)
    {
        if (plan.Before.Status is not (OrderStatus.AwaitingShipment or OrderStatus.CancellationRequested))
        {
            return WrongState(plan.Before);
        }

        var items = command.Items.Count == 0 ? plan.Before.Left() : command.Items;
        if ((CheckParcel(command.Tracking, command.Carrier) ?? CheckItems(plan.Before, items)) is { } error)
        {
            return error;
        }

        AddParcel(plan, command.Tracking, command.Carrier, items);
        var all = plan.After.Status == OrderStatus.Shipped;
        plan.End(all ? OrderChange.Shipped : OrderChange.ParcelShipped, new NoticeDetails(command.Tracking, command.Carrier));
        return null;
    }

    /// <summary>
    /// The request covers what is not shipped. A parcel that leaves meanwhile is gone; when nothing is left, that answers it.
    /// </summary>
    private static ChatError? Request(OrderPlan plan, RequestCancellation command)
    {
        if (plan.Before.Status != OrderStatus.AwaitingShipment)
        {
            return WrongState(plan.Before);
        }

        if (plan.Before.Steps.Count(step => step.Change == OrderChange.CancellationRequested) >= Limits.OrderCancellationsMax)
        {
            return new ChatError(ErrorCode.TooMany, "Cancellation was asked for too often.", Limit: Limits.OrderCancellationsMax);
        }

        if (!Enum.IsDefined(command.Reason))
        {
            return new ChatError(ErrorCode.BadRequest, "This is no reason to cancel.");
        }

        if (command.Note is { } note && MessageText.Check(note, Limits.OrderNoteCodePointsMax) is { } error)
        {
            return error;
        }

        plan.Add(new CancellationOpened(
            new Cancellation(command.Reason, command.SellerAtFault, command.Note, plan.Now, CancellationAnswer.Open),
            plan.Terms with { CancellationAnswerWithin = plan.Current.CancellationAnswerWithin },
            plan.Deadline(DeadlineKind.CancellationAnswer, plan.Current.CancellationAnswerWithin)));
        plan.End(OrderChange.CancellationRequested, new NoticeDetails(Reason: command.Reason, SellerAtFault: command.SellerAtFault));
        return null;
    }

    private static ChatError? Accept(OrderPlan plan)
    {
        if (plan.Before.Status != OrderStatus.CancellationRequested)
        {
            return WrongState(plan.Before);
        }

        plan.Add(new CancellationAnswered(CancellationAnswer.Accepted));
        CancelRest(plan);
        plan.End(OrderChange.CancellationAccepted);
        return null;
    }

    private static ChatError? AlreadyShipped(OrderPlan plan, AnswerAlreadyShipped command)
    {
        if (plan.Before.Status != OrderStatus.CancellationRequested)
        {
            return WrongState(plan.Before);
        }

        var items = plan.Before.Left();
        if ((CheckParcel(command.Tracking, command.Carrier) ?? CheckItems(plan.Before, items)) is { } error)
        {
            return error;
        }

        AddParcel(plan, command.Tracking, command.Carrier, items);
        plan.End(OrderChange.AlreadyShipped, new NoticeDetails(command.Tracking, command.Carrier));
        return null;
    }

    private static ChatError? Extend(OrderPlan plan, ExtendDelivery command)
    {
        if (plan.Before is not { Status: OrderStatus.Shipped, Deadline: { } deadline, ShippedAt: { } shipped })
        {
            return WrongState(plan.Before);
        }

        var possible = (int)Math.Floor((shipped + plan.Terms.DeliveryMax - deadline.At).TotalDays);
        if (command.Days < 1 || command.Days > possible)
        {
            return new ChatError(
                ErrorCode.ExtensionTooLong,
                $"The delivery can be extended by 1 to {possible} days; {plan.Terms.DeliveryMax.TotalDays:0.##} days in all.",
                Limit: possible);
        }

        plan.Add(new DeliveryExtended(new OrderDeadline(DeadlineKind.Delivery, deadline.At.AddDays(command.Days), plan.Before.Version + 1)));
        plan.End(OrderChange.DeliveryExtended, new NoticeDetails(Days: command.Days));
        return null;
    }

    private static ChatError? Confirm(OrderPlan plan)
    {
        if (plan.Before.Status is not (OrderStatus.Shipped or OrderStatus.Protection))
        {
            return WrongState(plan.Before);
        }

        plan.Add(new OrderCompleted(plan.Now));
        plan.End(OrderChange.ReceiptConfirmed);
        return null;
    }

    private static ChatError? Grant(OrderPlan plan, GrantRefund command)
    {
        var state = plan.Before;
        if (state.Paid is null || state.Status is OrderStatus.PaymentCheck or OrderStatus.Closed)
        {
            return WrongState(state);
        }

        if (command.Amount.Minor < 1 || command.Amount.Currency != state.Paid.Currency)
        {
            return new ChatError(ErrorCode.AmountInvalid, $"A refund is at least one minor unit of {state.Paid.Currency}.");
        }

        if (command.Amount.Minor > state.Refundable())
        {
            return new ChatError(ErrorCode.RefundTooLarge, "Refunds cannot exceed what was paid.", Limit: state.Refundable());
        }

        if (state.Refunds.Length >= Limits.OrderRefundsMax)
        {
            return new ChatError(ErrorCode.TooMany, "The order has too many refunds.", Limit: Limits.OrderRefundsMax);
        }

        Refund(plan, command.Amount.Minor);
        plan.End(OrderChange.RefundGranted, new NoticeDetails(Amount: command.Amount));
        return null;
    }

    private static ChatError? Paid(OrderPlan plan, ReportRefundPaid command)
    {
        if (command.Refund < 1 || command.Refund > plan.Before.Refunds.Length || plan.Before.Refunds[command.Refund - 1].Status == RefundStatus.Paid)
        {
            return new ChatError(ErrorCode.RefundNotFound, "The order owes no refund of this number.", Limit: plan.Before.Refunds.Length);
        }

        plan.Add(new RefundPaid(command.Refund));
        plan.End(OrderChange.RefundPaid, new NoticeDetails(Amount: plan.Before.Refunds[command.Refund - 1].Amount));
        return null;
    }

    private static ChatError? CheckParcel(string tracking, string? carrier)
    {
        if (tracking.Length is < Limits.TrackingCharsMin or > Limits.TrackingCharsMax
            || !tracking.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return new ChatError(
                ErrorCode.TrackingInvalid,
                $"A tracking number has {Limits.TrackingCharsMin} to {Limits.TrackingCharsMax} letters, digits and '-'.",
                Limit: Limits.TrackingCharsMax);
        }

        return carrier is null ? null : MessageText.Check(carrier, Limits.CarrierCodePointsMax);
    }

    private static ChatError? CheckItems(OrderState state, IReadOnlyList<ParcelItem> items)
    {
        var sound = items.Count is > 0 and <= Limits.OrderLinesMax
            && items.All(item => item.Line >= 1 && item.Line <= state.Lines.Length && item.Quantity >= 1 && item.Quantity <= state.LeftOf(item.Line))
            && items.DistinctBy(item => item.Line).Count() == items.Count;
        if (!sound)
        {
            return new ChatError(ErrorCode.ParcelInvalid, "A parcel holds what is left to ship of the order, each line once.");
        }

        // The last parcel that fits takes all that is left, so that no order waits for ever for one parcel too many.
        return state.Parcels.Length == Limits.OrderParcelsMax - 1 && items.Sum(item => (long)item.Quantity) < state.Left().Sum(item => (long)item.Quantity)
            ? new ChatError(ErrorCode.TooMany, "The last parcel must hold all that is left.", Limit: Limits.OrderParcelsMax)
            : null;
    }

    /// <summary>A parcel leaves; with the last one the countdown begins, and a request to cancel has nothing left to ask for.</summary>
    private static void AddParcel(OrderPlan plan, string tracking, string? carrier, IReadOnlyList<ParcelItem> items)
    {
        plan.Add(new ParcelShipped(new Parcel(tracking, carrier, items, plan.Now)));
        if (!plan.After.Left().IsEmpty)
        {
            return;
        }

        if (plan.After.Status == OrderStatus.CancellationRequested)
        {
            plan.Add(new CancellationAnswered(CancellationAnswer.AlreadyShipped));
        }

        StartDelivery(plan);
    }

    private static void StartDelivery(OrderPlan plan) => plan.Add(new DeliveryStarted(
        plan.Now,
        plan.Terms with { Delivery = plan.Current.Delivery, DeliveryMax = plan.Current.DeliveryMax },
        plan.Deadline(DeadlineKind.Delivery, plan.Current.Delivery)));

    /// <summary>
    /// Cancels what is not shipped and owes the buyer its price: all that was paid when nothing was shipped. What was refunded
    /// before counts.
    /// </summary>
    private static void CancelRest(OrderPlan plan)
    {
        var state = plan.After;
        var nothingShipped = state.Parcels.IsEmpty;
        var price = nothingShipped
            ? state.Paid!.Minor
            : state.Left().Sum(item => state.Lines[item.Line - 1].Product.Price.Minor * item.Quantity);
        plan.Add(new RestCancelled());
        if (nothingShipped)
        {
            plan.Add(new OrderClosed());
        }
        else
        {
            StartDelivery(plan);
        }

        var owed = Math.Min(price, state.Refundable());
        if (owed > 0)
        {
            Refund(plan, owed);
        }
    }

    private static void Refund(OrderPlan plan, long minor) => plan.Add(new RefundGranted(
        new OrderRefund(
            plan.After.Paid! with { Minor = minor }, plan.After.Method!.Value, plan.Now + plan.Current.RefundWithin, RefundStatus.Due, plan.Before.Version + 1),
        plan.Terms with { RefundWithin = plan.Current.RefundWithin }));
}
