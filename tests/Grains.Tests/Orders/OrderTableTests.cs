using Chat.Grains.Orders;
using Chat.Grains.Shared;
using static Chat.Grains.Tests.Orders.GivenOrder;

namespace Chat.Grains.Tests.Orders;

/// <summary>Every place an order can be in, and every command and deadline: what it leads to, or the code it is refused with.</summary>
public sealed class OrderTableTests
{
    private static readonly (string Name, OrderSide Side, OrderCommand Command)[] Commands =
    [
        ("place", OrderSide.Buyer, Place),
        ("pay", OrderSide.Marketplace, Pay),
        ("ship", OrderSide.Store, ShipAll),
        ("part", OrderSide.Store, ShipPart),
        ("ask", OrderSide.Buyer, Cancel),
        ("accept", OrderSide.Store, new AcceptCancellation()),
        ("already", OrderSide.Store, Already),
        ("extend", OrderSide.Store, new ExtendDelivery(10)),
        ("confirm", OrderSide.Buyer, new ConfirmReceipt()),
        ("refund", OrderSide.Store, Refund(100)),
        ("refunded", OrderSide.Marketplace, new ReportRefundPaid(1)),
    ];

    // A status says what the command leads to: Pay, Check, Await, Req, Ship, Prot, Done, Closed. A number refuses.
    private const string Table = """
                                   place pay   ship  part  ask   accept already extend confirm refund refunded again
        None                       Pay   5001  5001  5001  5001  5001   5001    5001   5001    5001   5001     5001
        AwaitingPayment            3005  Check 5002  5002  5002  5002   5002    5002   5002    5002   5011     5002
        PaymentCheck               3005  5002  5002  5002  5002  5002   5002    5002   5002    5002   5011     5002
        AwaitingShipment           3005  5002  Ship  Await Req   5002   5002    5002   5002    Await  5011     5002
        PartlyShipped              3005  5002  Ship  Await Req   5002   5002    5002   5002    Await  5011     5002
        CancellationRequested      3005  5002  Ship  Req   5002  Closed Ship    5002   5002    Req    5011     5002
        PartlyShippedCancellation  3005  5002  Ship  Req   5002  Ship   Ship    5002   5002    Req    5011     5002
        Shipped                    3005  5002  5002  5002  5002  5002   5002    Ship   Done    Ship   5011     5002
        Protection                 3005  5002  5002  5002  5002  5002   5002    5002   Done    Prot   5011     5002
        Completed                  3005  5002  5002  5002  5002  5002   5002    5002   5002    Done   5011     yes
        ClosedUnpaid               3005  5002  5002  5002  5002  5002   5002    5002   5002    5002   5011     yes
        ClosedRefunded             3005  5002  5002  5002  5002  5002   5002    5002   5002    5002   Closed   yes
        """;

    private const string Deadlines = """
                                   Payment PaymentCheck CancellationAnswer Delivery Protection Refund
        None                       Gone    Gone         Gone               Gone     Gone       Gone
        AwaitingPayment            Closed  Gone         Gone               Gone     Gone       Gone
        PaymentCheck               Gone    Await        Gone               Gone     Gone       Gone
        AwaitingShipment           Gone    Gone         Gone               Gone     Gone       Gone
        PartlyShipped              Gone    Gone         Gone               Gone     Gone       Gone
        CancellationRequested      Gone    Gone         Closed             Gone     Gone       Gone
        PartlyShippedCancellation  Gone    Gone         Ship               Gone     Gone       Gone
        Shipped                    Gone    Gone         Gone               Prot     Gone       Gone
        Protection                 Gone    Gone         Gone               Gone     Done       Gone
        Completed                  Gone    Gone         Gone               Gone     Gone       Gone
        ClosedUnpaid               Gone    Gone         Gone               Gone     Gone       Gone
        ClosedRefunded             Gone    Gone         Gone               Gone     Gone       Closed
        """;

    public static TheoryData<Situation, string, string> Cells(string table)
    {
        var rows = (table == nameof(Deadlines) ? Deadlines : Table).Split('\n').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var cells = new TheoryData<Situation, string, string>();
        foreach (var row in rows.Skip(1))
        {
            for (var column = 0; column < rows[0].Length; column++)
            {
                cells.Add(Enum.Parse<Situation>(row[0]), rows[0][column], row[column + 1]);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells), nameof(Table))]
    public void Command_leads_to_its_status_or_is_refused_with_its_code(Situation situation, string name, string expected)
    {
        var state = In(situation);
        if (name == "again")
        {
            var again = OrderRules.Again(state, OrderSide.Buyer);
            Assert.Equal(expected, again.IsOk ? "yes" : again.Error.Code.ToString("D"));
            return;
        }

        var (_, side, command) = Commands.Single(entry => entry.Name == name);
        var decision = OrderRules.Decide(state, By(side, state, command), side, Terms, Noon.AddDays(30));
        if (!decision.IsOk)
        {
            Assert.Equal(expected, decision.Error.Code.ToString("D"));
            return;
        }

        var after = OrderRules.Apply(state, decision.Value.Events);
        Assert.Equal(expected, Short(after.Status));
        Assert.Equal(state.Version + 1, after.Version);
        Assert.Equal((after.Version, after.Status), (decision.Value.Receipt.Version, decision.Value.Receipt.Status));
        Assert.Equal(after.Version, after.Outbox[^1].Number);
    }

    [Theory]
    [MemberData(nameof(Cells), nameof(Deadlines))]
    public void Deadline_leads_to_its_status_or_is_none_of_the_order(Situation situation, string name, string expected)
    {
        var state = In(situation);
        var kind = Enum.Parse<DeadlineKind>(name);
        var (outcome, events) = OrderRules.Decide(state, kind, state.Version, Terms, Noon.AddYears(1));
        Assert.Equal(expected, outcome == DeadlineOutcome.Applied ? Short(OrderRules.Apply(state, events).Status) : outcome.ToString());
    }

    [Theory]
    [InlineData(Situation.AwaitingPayment)]
    [InlineData(Situation.PaymentCheck)]
    [InlineData(Situation.CancellationRequested)]
    [InlineData(Situation.Shipped)]
    [InlineData(Situation.Protection)]
    [InlineData(Situation.ClosedRefunded)]
    public void Deadline_is_never_early_and_never_twice(Situation situation)
    {
        var state = In(situation);
        var deadline = state.Next!;
        Assert.Equal(DeadlineOutcome.Early, OrderRules.Decide(state, deadline.Kind, deadline.Version, Terms, deadline.At.AddMilliseconds(-1)).Outcome);
        Assert.Equal(
            DeadlineOutcome.Gone, OrderRules.Decide(state.Expire(), deadline.Kind, deadline.Version, Terms, deadline.At.AddYears(1)).Outcome);
    }

    [Fact]
    public void Every_command_by_every_wrong_side_is_refused_and_by_a_stranger_does_not_exist()
    {
        OrderSide[] sides = [OrderSide.Buyer, OrderSide.Store, OrderSide.Marketplace];
        var refused = 0;
        foreach (var situation in Enum.GetValues<Situation>())
        {
            var state = In(situation);
            foreach (var (_, _, command) in Commands)
            {
                Assert.Equal(ErrorCode.OrderNotFound, OrderRules.Decide(state, By(OrderSide.Buyer, state, command), null, Terms, Noon).Error?.Code);
                foreach (var side in sides)
                {
                    refused += OrderRules.Decide(state, By(side, state, command), side, Terms, Noon).Error?.Code == ErrorCode.OrderOtherSide ? 1 : 0;
                }
            }
        }

        // Eleven placed situations; of 33 pairs of command and side 18 are wrong. Nowhere placed: only the store cannot place.
        Assert.Equal((11 * 18) + 1, refused);
    }

    private static string Short(OrderStatus status) => status switch
    {
        OrderStatus.AwaitingPayment => "Pay",
        OrderStatus.PaymentCheck => "Check",
        OrderStatus.AwaitingShipment => "Await",
        OrderStatus.CancellationRequested => "Req",
        OrderStatus.Shipped => "Ship",
        OrderStatus.Protection => "Prot",
        OrderStatus.Completed => "Done",
        _ => "Closed",
    };
}
