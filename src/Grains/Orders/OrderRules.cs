using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Chat.Grains.Shared;

namespace Chat.Grains.Orders;

/// <summary>What a command came to: events to store (none for a repeat) and the answer.</summary>
internal sealed record OrderDecision(ImmutableArray<OrderEvent> Events, OrderReceipt Receipt);

/// <summary>
/// The rules of an order. Pure: no clock, no chance, no storage. <c>Decide</c> says what should happen, <c>Apply</c> says what
/// that makes of the state and never fails. This part holds what is common to all commands, and the deadlines; the commands
/// are in <c>OrderRules.Commands.cs</c>, the state in <c>OrderRules.Apply.cs</c>.
/// </summary>
internal static partial class OrderRules
{
    /// <summary>The answer to everybody who has no business here, and for an order that does not exist.</summary>
    public static ChatError NotFound { get; } = new(ErrorCode.OrderNotFound, "There is no such order.");

    /// <summary>
    /// Decides about a command. <paramref name="side"/> is the sender's side, null for a stranger; <paramref name="current"/>
    /// is what the policy promises now; <paramref name="now"/> is to the millisecond.
    /// </summary>
    public static Result<OrderDecision> Decide(OrderState state, OrderRequest request, OrderSide? side, OrderTerms current, DateTimeOffset now)
    {
        if (side is not { } by || (state.Id is null && request.Command is not PlaceOrder))
        {
            return NotFound;
        }

        if (Repeat(state, request, by) is { } known)
        {
            return known;
        }

        if (!SidesOf(request.Command).Contains(by))
        {
            return new ChatError(ErrorCode.OrderOtherSide, "This step is the other side's.");
        }

        if (request.Command is not PlaceOrder && Version(state, request, by) is { } stale)
        {
            return stale;
        }

        var plan = new OrderPlan(state, by, request, current, Later(state, now));
        var error = Decide(plan, request.Command);
        return error is null ? plan.Decision() : error;
    }

    /// <summary>Decides about a deadline: nothing happens before its time, and nothing twice.</summary>
    public static (DeadlineOutcome Outcome, ImmutableArray<OrderEvent> Events) Decide(
        OrderState state, DeadlineKind kind, long version, OrderTerms current, DateTimeOffset now)
    {
        var deadline = state.Deadlines().FirstOrDefault(deadline => deadline.Kind == kind && deadline.Version == version);
        if (deadline is null)
        {
            return (DeadlineOutcome.Gone, []);
        }

        if (now < deadline.At)
        {
            return (DeadlineOutcome.Early, []);
        }

        var plan = new OrderPlan(state, OrderSide.System, null, current, Later(state, now));
        Decide(plan, deadline);
        return (DeadlineOutcome.Applied, plan.Decision().Events);
    }

    /// <summary>The lines of a new order like this one.</summary>
    public static Result<OrderAgain> Again(OrderState state, OrderSide? side)
    {
        if (state.Id is null || side is null)
        {
            return NotFound;
        }

        if (side != OrderSide.Buyer)
        {
            return new ChatError(ErrorCode.OrderOtherSide, "Only the buyer can buy again.");
        }

        return state.Status is OrderStatus.Completed or OrderStatus.Closed
            ? new OrderAgain(state.Store!.Value, [.. state.Lines.Select(line => line with { Cancelled = 0 })])
            : WrongState(state);
    }

    /// <summary>The order as a side sees it; null before it is placed.</summary>
    public static OrderView? View(OrderState state, OrderSide side) => state.Id is not { } id ? null : new OrderView(
        id,
        state.Buyer!.Value,
        state.Store!.Value,
        state.Version,
        state.Status,
        state.Lines,
        state.Total!,
        state.Paid,
        state.Method,
        state.Parcels,
        state.Cancellation,
        state.Refunds,
        [.. state.Deadlines()],
        state.ShippedAt,
        state.Status == OrderStatus.Shipped ? state.ShippedAt + state.Terms!.DeliveryMax : null,
        state.Terms!,
        state.Steps,
        side);

    /// <summary>The order as messages carry it; it must be placed.</summary>
    public static OrderCard Card(OrderState state) => new(
        state.Id!.Value,
        state.Store!.Value,
        state.Version,
        state.Status,
        state.Lines[0].Product.Title,
        state.Lines[0].Product.Image,
        state.Lines.Sum(line => (long)line.Quantity - line.Cancelled),
        state.Total!,
        state.Refunds.IsEmpty ? null : state.Total! with { Minor = state.Refunds.Sum(refund => refund.Amount.Minor) },
        state.Next);

    /// <summary>The shard that sweeps an order; the same for ever.</summary>
    public static int ShardOf(OrderId id) => SHA256.HashData(Encoding.UTF8.GetBytes(id.Value))[0] % Limits.DeadlineShardsMax;

    /// <summary>The list an order of this status is in.</summary>
    public static OrderGroup GroupOf(OrderStatus status) => status switch
    {
        OrderStatus.AwaitingPayment => OrderGroup.ToPay,
        OrderStatus.PaymentCheck or OrderStatus.AwaitingShipment or OrderStatus.CancellationRequested => OrderGroup.ToShip,
        OrderStatus.Shipped or OrderStatus.Protection => OrderGroup.OnTheWay,
        _ => OrderGroup.Done,
    };

    /// <summary>The answer to a command id of the same side that succeeded before; null for a new one.</summary>
    private static Result<OrderDecision>? Repeat(OrderState state, OrderRequest request, OrderSide side)
    {
        foreach (var step in state.Steps)
        {
            if (step.Command == request.Id && step.Side == side)
            {
                return step.Content == request.Command.Digest()
                    ? new OrderDecision([], new OrderReceipt(step.Version, step.Status, step.At, true))
                    : new ChatError(ErrorCode.IdConflict, "This command id was used for another command.");
            }
        }

        return null;
    }

    /// <summary>People decide on what they saw; the marketplace reports what happened, whatever the order looks like.</summary>
    private static ChatError? Version(OrderState state, OrderRequest request, OrderSide side)
    {
        if (request.ExpectedVersion is not { } expected)
        {
            return side == OrderSide.Marketplace ? null : new ChatError(ErrorCode.BadRequest, "The order's version is missing.");
        }

        return expected == state.Version
            ? null
            : new ChatError(ErrorCode.OrderChanged, $"The order has changed: it is {state.Status} now.", Limit: state.Version);
    }

    private static ChatError WrongState(OrderState state) =>
        new(ErrorCode.OrderWrongState, $"The order is {state.Status}; this cannot be done now.");

    /// <summary>Time within an order never runs backwards, whichever silo's clock is asked.</summary>
    private static DateTimeOffset Later(OrderState state, DateTimeOffset now) =>
        state.Steps.IsEmpty || now > state.Steps[^1].At ? now : state.Steps[^1].At;

    private static void Decide(OrderPlan plan, OrderDeadline deadline)
    {
        switch (deadline.Kind)
        {
            case DeadlineKind.Payment:
                plan.Add(new OrderClosed());
                plan.End(OrderChange.PaymentExpired);
                break;
            case DeadlineKind.PaymentCheck:
                plan.Add(new PaymentChecked());
                plan.End(OrderChange.PaymentChecked);
                break;
            case DeadlineKind.CancellationAnswer:
                plan.Add(new CancellationAnswered(CancellationAnswer.Expired));
                CancelRest(plan);
                plan.End(OrderChange.CancellationExpired);
                break;
            case DeadlineKind.Delivery:
                plan.Add(new ProtectionStarted(
                    plan.Terms with { Protection = plan.Current.Protection }, plan.Deadline(DeadlineKind.Protection, plan.Current.Protection)));
                plan.End(OrderChange.DeliveryEnded);
                break;
            case DeadlineKind.Protection:
                plan.Add(new OrderCompleted(plan.Now));
                plan.End(OrderChange.ProtectionEnded);
                break;
            case DeadlineKind.Refund:
                var late = plan.Before.Refunds.Single(refund => refund.Version == deadline.Version);
                plan.Add(new RefundBecameOverdue(plan.Before.Refunds.IndexOf(late) + 1));
                plan.End(OrderChange.RefundOverdue, new NoticeDetails(Amount: late.Amount));
                break;
        }
    }
}

/// <summary>A decision while it is made: the events so far and the state they lead to.</summary>
internal sealed class OrderPlan(OrderState before, OrderSide side, OrderRequest? request, OrderTerms current, DateTimeOffset now)
{
    private readonly ImmutableArray<OrderEvent>.Builder _events = ImmutableArray.CreateBuilder<OrderEvent>();

    /// <summary>The state it starts from.</summary>
    public OrderState Before { get; } = before;

    /// <summary>The state after everything so far.</summary>
    public OrderState After { get; private set; } = before;

    /// <summary>Who acts.</summary>
    public OrderSide Side { get; } = side;

    /// <summary>What the policy promises now.</summary>
    public OrderTerms Current { get; } = current;

    /// <summary>What the order was promised so far.</summary>
    public OrderTerms Terms => After.Terms ?? Current;

    /// <summary>The time of the transition.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>Adds an event.</summary>
    public void Add(OrderEvent @event)
    {
        _events.Add(@event);
        After = OrderRules.Apply(After, @event);
    }

    /// <summary>A deadline that this transition sets.</summary>
    public OrderDeadline Deadline(DeadlineKind kind, TimeSpan after) => new(kind, Now + after, Before.Version + 1);

    /// <summary>Ends the transition.</summary>
    public void End(OrderChange change, NoticeDetails? details = null) => Add(new TransitionMade(
        new OrderStep(Before.Version + 1, change, Side, request?.By, Now, After.Status, request?.Id, request?.Command.Digest()),
        details ?? new NoticeDetails()));

    /// <summary>The decision.</summary>
    public OrderDecision Decision() => new(_events.ToImmutable(), new OrderReceipt(After.Version, After.Status, Now, false));
}
