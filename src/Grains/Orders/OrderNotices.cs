using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Orders;

/// <summary>An order's notices as the conversation takes them.</summary>
internal static class OrderNotices
{
    /// <summary>The notice, whose source and number are the same for each attempt.</summary>
    public static PostNotice Of(OrderState state, OutgoingNotice notice) => new(
        $"order {state.Id}",
        notice.Number,
        notice.Sender switch
        {
            OrderSide.Buyer => PrincipalId.Of(state.Buyer!.Value),
            OrderSide.Store => PrincipalId.Of(state.Store!.Value),
            _ => PrincipalId.System,
        },
        notice.By,
        $"Order {state.Id}: {Words(notice.Notice.Change)}",
        notice.Notice);

    /// <summary>English, for whoever cannot show the notice itself: previews, search, old clients.</summary>
    private static string Words(OrderChange change) => change switch
    {
        OrderChange.Placed => "placed, awaiting payment.",
        OrderChange.Paid => "paid, the payment is being checked.",
        OrderChange.PaymentChecked => "payment confirmed, awaiting shipment.",
        OrderChange.ParcelShipped => "a parcel was shipped.",
        OrderChange.Shipped => "shipped.",
        OrderChange.CancellationRequested => "the buyer asked to cancel.",
        OrderChange.CancellationAccepted => "the seller accepted the cancellation.",
        OrderChange.AlreadyShipped => "the seller answered that it is shipped already.",
        OrderChange.CancellationExpired => "cancelled, because the seller did not answer.",
        OrderChange.DeliveryExtended => "the seller gave the delivery more time.",
        OrderChange.DeliveryEnded => "the delivery time ended, buyer protection runs.",
        OrderChange.ReceiptConfirmed => "the buyer confirmed receipt.",
        OrderChange.ProtectionEnded => "completed, buyer protection ended.",
        OrderChange.PaymentExpired => "closed, because it was not paid in time.",
        OrderChange.RefundGranted => "a refund was granted.",
        OrderChange.RefundPaid => "a refund was paid.",
        OrderChange.RefundOverdue => "a refund is overdue.",
        _ => "changed.",
    };
}
