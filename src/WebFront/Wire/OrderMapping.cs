using System.Text.Json;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.WebFront.Wire;

/// <summary>The only code that turns what orders say into what clients read.</summary>
internal static class OrderMapping
{
    public static MoneyWire ToWire(this Money money) => new(money.Minor, money.Currency);

    public static NoticeWire ToWire(this OrderNotice notice) => new(
        Name(notice.Change),
        notice.Order.ToWire(),
        notice.Tracking,
        notice.Carrier,
        notice.Reason is { } reason ? Name(reason) : null,
        notice.SellerAtFault,
        notice.Days,
        notice.Amount?.ToWire());

    public static OrderReplyWire ToWire(this OrderReply reply) => new(
        reply.Receipt.Version, Name(reply.Receipt.Status), reply.Receipt.At.ToWire(), reply.Receipt.Duplicate, reply.Order.ToWire());

    public static ReportReplyWire ToWire(this OrderReceipt receipt) =>
        new(receipt.Version, Name(receipt.Status), receipt.At.ToWire(), receipt.Duplicate);

    public static OrdersWire ToWire(this OrderPage page) => new(
        [.. page.Orders.Select(order => new OrderSummaryWire(order.Card.ToWire(), order.Buyer.Value, order.PlacedAt.ToWire()))],
        page.Next is null ? null : Cursor.Write(page.Next));

    public static OrderWire ToWire(this OrderView order) => new(
        order.Id.Value,
        ConversationId.Between(order.Buyer, order.Store).Value,
        order.Buyer.Value,
        order.Store.Value,
        Name(order.Side),
        order.Version,
        Name(order.Status),
        [.. order.Lines.Select((line, at) => Line(order, line, at + 1))],
        order.Total.ToWire(),
        order.Paid?.ToWire(),
        order.Method is { } method ? Name(method) : null,
        [.. order.Parcels.Select(static (parcel, at) => Parcel(parcel, at + 1))],
        order.Cancellation is { } asked
            ? new CancellationWire(Name(asked.Reason), asked.SellerAtFault, asked.Note, asked.RequestedAt.ToWire(), Name(asked.Answer))
            : null,
        [.. order.Refunds.Select(static (refund, at) =>
            new RefundWire(at + 1, refund.Amount.ToWire(), Name(refund.Method), refund.DueAt.ToWire(), Name(refund.Status)))],
        [.. order.Deadlines.Select(ToWire)],
        order.ShippedAt?.ToWire(),
        order.DeliveryExtendableUntil?.ToWire(),
        order.Terms.ToWire(),
        [.. order.Steps.Select(static step =>
            new OrderStepWire(step.Version, Name(step.Change), Name(step.Side), step.By?.Value, step.At.ToWire(), Name(step.Status)))]);

    /// <summary>The written name of an enumeration's value.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>Reads the written name.</summary>
    public static bool TryName<T>(string? text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (Name(candidate) == text)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static OrderCardWire ToWire(this OrderCard card) => new(
        card.Id.Value,
        card.Store.Value,
        card.Version,
        Name(card.Status),
        card.Title,
        card.Image,
        card.Units,
        card.Total.ToWire(),
        card.Refunded?.ToWire(),
        card.Deadline?.ToWire());

    private static DeadlineWire ToWire(this OrderDeadline deadline) => new(Name(deadline.Kind), deadline.At.ToWire());

    private static TermsWire ToWire(this OrderTerms terms) => new(
        (long)terms.PaymentWithin.TotalMilliseconds,
        (long)terms.PaymentCheck.TotalMilliseconds,
        (long)terms.CancellationAnswerWithin.TotalMilliseconds,
        (long)terms.Delivery.TotalMilliseconds,
        (long)terms.DeliveryMax.TotalMilliseconds,
        (long)terms.Protection.TotalMilliseconds,
        (long)terms.RefundWithin.TotalMilliseconds);

    private static OrderLineWire Line(OrderView order, OrderLine line, int number) => new(
        number,
        line.Product.ToWire(),
        line.Quantity,
        order.Parcels.Sum(parcel => parcel.Items.Where(item => item.Line == number).Sum(item => item.Quantity)),
        line.Cancelled);

    private static ParcelWire Parcel(Parcel parcel, int number) => new(
        number,
        parcel.Tracking,
        parcel.Carrier,
        [.. parcel.Items.Select(static item => new ParcelItemWire(item.Line, item.Quantity))],
        parcel.ShippedAt.ToWire());
}
