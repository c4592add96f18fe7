using Chat.Grains.Shared;

namespace Chat.Grains.Orders;

/// <summary>Something that happened to an order.</summary>
internal abstract record OrderEvent;

/// <summary>It exists and waits for its payment.</summary>
internal sealed record OrderPlaced(
    OrderId Id, UserId Buyer, StoreId Store, IReadOnlyList<OrderLine> Lines, Money Total, OrderTerms Terms, OrderDeadline Deadline, DateTimeOffset At)
    : OrderEvent;

/// <summary>It is paid; the check runs.</summary>
internal sealed record PaymentReceived(Money Amount, PaymentMethod Method, OrderTerms Terms, OrderDeadline Deadline) : OrderEvent;

/// <summary>The check passed.</summary>
internal sealed record PaymentChecked : OrderEvent;

/// <summary>A parcel left.</summary>
internal sealed record ParcelShipped(Parcel Parcel) : OrderEvent;

/// <summary>Nothing is left to ship: the countdown runs.</summary>
internal sealed record DeliveryStarted(DateTimeOffset At, OrderTerms Terms, OrderDeadline Deadline) : OrderEvent;

/// <summary>The buyer asked to cancel.</summary>
internal sealed record CancellationOpened(Cancellation Cancellation, OrderTerms Terms, OrderDeadline Deadline) : OrderEvent;

/// <summary>The request to cancel is answered.</summary>
internal sealed record CancellationAnswered(CancellationAnswer Answer) : OrderEvent;

/// <summary>What was not shipped never will be.</summary>
internal sealed record RestCancelled : OrderEvent;

/// <summary>The countdown ends later.</summary>
internal sealed record DeliveryExtended(OrderDeadline Deadline) : OrderEvent;

/// <summary>The countdown ended; buyer protection runs.</summary>
internal sealed record ProtectionStarted(OrderTerms Terms, OrderDeadline Deadline) : OrderEvent;

/// <summary>It is completed.</summary>
internal sealed record OrderCompleted(DateTimeOffset At) : OrderEvent;

/// <summary>It is closed.</summary>
internal sealed record OrderClosed : OrderEvent;

/// <summary>Money is owed to the buyer.</summary>
internal sealed record RefundGranted(OrderRefund Refund, OrderTerms Terms) : OrderEvent;

/// <summary>A refund was paid.</summary>
internal sealed record RefundPaid(int Refund) : OrderEvent;

/// <summary>A refund is late.</summary>
internal sealed record RefundBecameOverdue(int Refund) : OrderEvent;

/// <summary>Ends every transition: its place in the history, and what both sides are told.</summary>
/// <param name="Step">The transition; its status is that of the state it is applied to.</param>
/// <param name="Details">What the notice tells beside the card.</param>
internal sealed record TransitionMade(OrderStep Step, NoticeDetails Details) : OrderEvent;

/// <summary>What a notice tells beside the card.</summary>
internal sealed record NoticeDetails(
    string? Tracking = null,
    string? Carrier = null,
    CancellationReason? Reason = null,
    bool? SellerAtFault = null,
    int? Days = null,
    Money? Amount = null);
