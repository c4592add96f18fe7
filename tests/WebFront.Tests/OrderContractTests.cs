using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Tests;

/// <summary>What clients read of orders is pinned by tests/Contracts/order-*.json, which the SDK's tests read too.</summary>
public sealed class OrderContractTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_782_900_000_000);
    private static readonly StoreId Store = new("casa-lumbre");
    private static readonly UserId Buyer = new("emma");
    private static readonly ProductCard Jug = new(new ProductId("jarra-azul"), Store, "Jarra azul", new Money(4_200, "EUR"), "/art/jarra-azul.svg");
    private static readonly ProductCard Tile = new(new ProductId("azulejo-sol"), Store, "Azulejo Sol", new Money(1_450, "EUR"), "/art/azulejo-sol.svg");

    [Fact]
    public void A_notice_of_each_change_is_what_the_contract_says()
    {
        var notices = Enum.GetValues<OrderChange>().Select(change => new Message(
            (int)change + 1,
            (int)change + 1,
            new Guid($"00000000-0000-8000-8000-0000000000{(int)change + 1:d2}"),
            SenderOf(change) switch { OrderSide.Buyer => PrincipalId.Of(Buyer), OrderSide.Store => PrincipalId.Of(Store), _ => PrincipalId.System },
            SenderOf(change) switch { OrderSide.Buyer => Buyer, OrderSide.Store => new UserId("elena"), _ => new UserId(string.Empty) },
            MessageKind.System,
            "Order 4711471147114711: something happened.",
            Start.AddHours((int)change),
            Product: null,
            NoticeOf(change)).ToWire());

        Same("order-notices.json", new JsonArray([.. notices.Select(Written)]));
    }

    [Fact]
    public void An_answer_with_everything_an_order_can_hold_is_what_the_contract_says()
    {
        var order = new OrderView(
            new OrderId("4711471147114711"),
            Buyer,
            Store,
            Version: 7,
            OrderStatus.Shipped,
            [new OrderLine(Jug, 2), new OrderLine(Tile, 12, Cancelled: 4)],
            new Money(25_800, "EUR"),
            new Money(25_800, "EUR"),
            PaymentMethod.Card,
            [
                new Parcel("AB123456", "Correos", [new ParcelItem(1, 2), new ParcelItem(2, 3)], Start.AddDays(2)),
                new Parcel("CD-98765", null, [new ParcelItem(2, 5)], Start.AddDays(3)),
            ],
            new Cancellation(CancellationReason.TooSlow, true, "Four fewer tiles.", Start.AddDays(2).AddHours(1), CancellationAnswer.Accepted),
            [new OrderRefund(new Money(5_800, "EUR"), PaymentMethod.Card, Start.AddDays(17), RefundStatus.Due, Version: 6)],
            [new OrderDeadline(DeadlineKind.Refund, Start.AddDays(17), 6), new OrderDeadline(DeadlineKind.Delivery, Start.AddDays(63), 7)],
            Start.AddDays(3),
            Start.AddDays(123),
            OrderTerms.Of(new Policy()),
            [
                new OrderStep(1, OrderChange.Placed, OrderSide.Buyer, Buyer, Start, OrderStatus.AwaitingPayment, new CommandId("a"), "x"),
                new OrderStep(2, OrderChange.Paid, OrderSide.Marketplace, null, Start.AddMinutes(1), OrderStatus.PaymentCheck, new CommandId("b"), "x"),
                new OrderStep(3, OrderChange.PaymentChecked, OrderSide.System, null, Start.AddDays(1), OrderStatus.AwaitingShipment, null, null),
                new OrderStep(4, OrderChange.ParcelShipped, OrderSide.Store, new UserId("elena"), Start.AddDays(2), OrderStatus.AwaitingShipment, new CommandId("c"), "x"),
            ],
            OrderSide.Buyer);

        Same("order-answer.json", Written(new OrderReply(new OrderReceipt(4, OrderStatus.AwaitingShipment, Start.AddDays(2), true), order).ToWire()));
    }

    private static OrderSide SenderOf(OrderChange change) => change switch
    {
        OrderChange.Placed or OrderChange.CancellationRequested or OrderChange.ReceiptConfirmed => OrderSide.Buyer,
        OrderChange.ParcelShipped or OrderChange.Shipped or OrderChange.CancellationAccepted or OrderChange.AlreadyShipped
            or OrderChange.DeliveryExtended or OrderChange.RefundGranted => OrderSide.Store,
        _ => OrderSide.System,
    };

    private static OrderNotice NoticeOf(OrderChange change)
    {
        var (status, deadline) = change switch
        {
            OrderChange.Placed => (OrderStatus.AwaitingPayment, DeadlineKind.Payment),
            OrderChange.Paid => (OrderStatus.PaymentCheck, DeadlineKind.PaymentCheck),
            OrderChange.CancellationRequested => (OrderStatus.CancellationRequested, DeadlineKind.CancellationAnswer),
            OrderChange.Shipped or OrderChange.AlreadyShipped or OrderChange.DeliveryExtended => (OrderStatus.Shipped, DeadlineKind.Delivery),
            OrderChange.DeliveryEnded => (OrderStatus.Protection, DeadlineKind.Protection),
            OrderChange.CancellationAccepted or OrderChange.CancellationExpired => (OrderStatus.Closed, DeadlineKind.Refund),
            OrderChange.ReceiptConfirmed or OrderChange.ProtectionEnded => (OrderStatus.Completed, (DeadlineKind?)null),
            OrderChange.PaymentExpired => (OrderStatus.Closed, null),
            OrderChange.RefundGranted or OrderChange.RefundPaid or OrderChange.RefundOverdue => (OrderStatus.Completed, DeadlineKind.Refund),
            _ => (OrderStatus.AwaitingShipment, null),
        };
        var refunded = change is OrderChange.RefundGranted or OrderChange.RefundPaid or OrderChange.RefundOverdue ? new Money(5_800, "EUR") : null;
        var card = new OrderCard(
            new OrderId("4711471147114711"),
            Store,
            (int)change + 1,
            status,
            Jug.Title,
            Jug.Image,
            Units: 14,
            new Money(25_800, "EUR"),
            refunded,
            deadline is { } kind ? new OrderDeadline(kind, Start.AddDays(14), 1) : null);
        return change switch
        {
            OrderChange.Paid => new OrderNotice(change, card, Amount: new Money(25_800, "EUR")),
            OrderChange.ParcelShipped or OrderChange.AlreadyShipped => new OrderNotice(change, card, "AB123456", "Correos"),
            OrderChange.Shipped => new OrderNotice(change, card, "CD-98765"),
            OrderChange.CancellationRequested => new OrderNotice(change, card, Reason: CancellationReason.TooSlow, SellerAtFault: true),
            OrderChange.DeliveryExtended => new OrderNotice(change, card, Days: 10),
            OrderChange.RefundGranted or OrderChange.RefundPaid or OrderChange.RefundOverdue => new OrderNotice(change, card, Amount: refunded),
            _ => new OrderNotice(change, card),
        };
    }

    private static void Same(string contract, JsonNode ours, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "..", "Contracts", contract);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(file)), JsonNode.Parse(ours.ToJsonString())), ours.ToJsonString());
    }

    private static JsonNode Written<T>(T value) => JsonSerializer.SerializeToNode(value, WireJson.Rules)!;
}
