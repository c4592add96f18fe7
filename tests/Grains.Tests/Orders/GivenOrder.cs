using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Tests.Conversations;

namespace Chat.Grains.Tests.Orders;

/// <summary>Every place an order can be in.</summary>
public enum Situation
{
    None,
    AwaitingPayment,
    PaymentCheck,
    AwaitingShipment,
    PartlyShipped,
    CancellationRequested,
    PartlyShippedCancellation,
    Shipped,
    Protection,
    Completed,
    ClosedUnpaid,
    ClosedRefunded,
}

/// <summary>Anna orders two teapots and three cups from the shop; Elena answers.</summary>
internal static class GivenOrder
{
    public static readonly OrderId Id = new("1000000000000001");
    public static readonly Money Total = new((2 * 3_450) + (3 * 500), "EUR");
    public static readonly OrderTerms Terms = OrderTerms.Of(new Policy());
    private static int lastId;

    public static DateTimeOffset Noon => Given.Noon;

    public static IReadOnlyList<OrderLine> Lines { get; } =
    [
        new OrderLine(Given.Teapot, 2),
        new OrderLine(Given.Teapot with { Id = new ProductId("cup"), Title = "Taza", Price = new Money(500, "EUR") }, 3),
    ];

    public static PlaceOrder Place { get; } = new(Id, Given.Anna, Given.Shop, Lines);

    public static ReportPayment Pay { get; } = new(Total, PaymentMethod.Card);

    public static ShipParcel ShipAll { get; } = new("AB123456", "Correos", []);

    public static ShipParcel ShipPart { get; } = new("AB123457", null, [new ParcelItem(2, 1)]);

    public static RequestCancellation Cancel { get; } = new(CancellationReason.TooSlow, true, "Two weeks by now.");

    public static AnswerAlreadyShipped Already { get; } = new("AB123458", null);

    public static GrantRefund Refund(long minor) => new(new Money(minor, "EUR"));

    /// <summary>A command by the first side that may give it, on the state's own version, under an id of its own.</summary>
    public static OrderRequest By(OrderSide side, OrderState state, OrderCommand command) => new(
        new CommandId($"c-{Interlocked.Increment(ref lastId)}"),
        side switch { OrderSide.Buyer => Given.Anna, OrderSide.Store => Given.Elena, _ => null },
        side == OrderSide.Marketplace ? null : state.Version,
        command);

    public static OrderState Do(this OrderState state, OrderSide side, OrderCommand command, DateTimeOffset? at = null)
    {
        var decision = OrderRules.Decide(state, By(side, state, command), side, Terms, at ?? Noon);
        Assert.True(decision.IsOk, decision.Error?.Message);
        return OrderRules.Apply(state, decision.Value.Events);
    }

    public static OrderState Expire(this OrderState state, OrderTerms? current = null)
    {
        var deadline = state.Next!;
        var (outcome, events) = OrderRules.Decide(state, deadline.Kind, deadline.Version, current ?? Terms, deadline.At);
        Assert.Equal(DeadlineOutcome.Applied, outcome);
        return OrderRules.Apply(state, events);
    }

    public static OrderState In(Situation situation) => situation switch
    {
        Situation.None => new OrderState(),
        Situation.AwaitingPayment => new OrderState().Do(OrderSide.Buyer, Place),
        Situation.PaymentCheck => In(Situation.AwaitingPayment).Do(OrderSide.Marketplace, Pay),
        Situation.AwaitingShipment => In(Situation.PaymentCheck).Expire(),
        Situation.PartlyShipped => In(Situation.AwaitingShipment).Do(OrderSide.Store, new ShipParcel("AB111111", null, [new ParcelItem(1, 1)])),
        Situation.CancellationRequested => In(Situation.AwaitingShipment).Do(OrderSide.Buyer, Cancel),
        Situation.PartlyShippedCancellation => In(Situation.PartlyShipped).Do(OrderSide.Buyer, Cancel),
        Situation.Shipped => In(Situation.AwaitingShipment).Do(OrderSide.Store, ShipAll),
        Situation.Protection => In(Situation.Shipped).Expire(),
        Situation.Completed => In(Situation.Shipped).Do(OrderSide.Buyer, new ConfirmReceipt()),
        Situation.ClosedUnpaid => In(Situation.AwaitingPayment).Expire(),
        Situation.ClosedRefunded => In(Situation.CancellationRequested).Do(OrderSide.Store, new AcceptCancellation()),
        _ => throw new ArgumentOutOfRangeException(nameof(situation)),
    };
}
