using System.Text.Json.Serialization;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Orders;

/// <summary>Where an order is, as the product specification's part 3 names it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderStatus>))]
public enum OrderStatus
{
    /// <summary>Not paid yet.</summary>
    AwaitingPayment = 0,

    /// <summary>Paid; the payment is being checked.</summary>
    PaymentCheck = 1,

    /// <summary>To be shipped, or shipped in part.</summary>
    AwaitingShipment = 2,

    /// <summary>The buyer asked to cancel what is not shipped; the seller has to answer.</summary>
    CancellationRequested = 3,

    /// <summary>Everything is on its way; the delivery countdown runs.</summary>
    Shipped = 4,

    /// <summary>The countdown ended without a word from the buyer; buyer protection runs.</summary>
    Protection = 5,

    /// <summary>Received, or nobody complained in time.</summary>
    Completed = 6,

    /// <summary>Ended without goods.</summary>
    Closed = 7,
}

/// <summary>Who acts on an order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderSide>))]
public enum OrderSide
{
    /// <summary>Nobody: a deadline came.</summary>
    System = 0,

    /// <summary>The buyer.</summary>
    Buyer = 1,

    /// <summary>An agent of the store.</summary>
    Store = 2,

    /// <summary>The marketplace's back end, which reports what happened elsewhere.</summary>
    Marketplace = 3,

    /// <summary>The marketplace's staff, who only look.</summary>
    Staff = 4,
}

/// <summary>One thing that can happen to an order, in the reader's eyes: what a notice is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderChange>))]
public enum OrderChange
{
    /// <summary>Placed; awaits payment.</summary>
    Placed = 0,

    /// <summary>Paid; the payment is checked.</summary>
    Paid = 1,

    /// <summary>The check passed; awaits shipment.</summary>
    PaymentChecked = 2,

    /// <summary>A parcel left; more are to come.</summary>
    ParcelShipped = 3,

    /// <summary>The last parcel left; the delivery countdown runs.</summary>
    Shipped = 4,

    /// <summary>The buyer asked to cancel.</summary>
    CancellationRequested = 5,

    /// <summary>The seller accepted to cancel.</summary>
    CancellationAccepted = 6,

    /// <summary>The seller answered that it is shipped already.</summary>
    AlreadyShipped = 7,

    /// <summary>The seller did not answer; cancelled in the buyer's favour.</summary>
    CancellationExpired = 8,

    /// <summary>The seller gave the delivery more time.</summary>
    DeliveryExtended = 9,

    /// <summary>The delivery countdown ended; buyer protection runs.</summary>
    DeliveryEnded = 10,

    /// <summary>The buyer confirmed receipt; completed.</summary>
    ReceiptConfirmed = 11,

    /// <summary>Buyer protection ran out; completed.</summary>
    ProtectionEnded = 12,

    /// <summary>Not paid in time; closed.</summary>
    PaymentExpired = 13,

    /// <summary>A refund was promised.</summary>
    RefundGranted = 14,

    /// <summary>A refund was paid.</summary>
    RefundPaid = 15,

    /// <summary>A refund was not reported as paid in time.</summary>
    RefundOverdue = 16,
}

/// <summary>How an order was paid, and so how money goes back.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PaymentMethod>))]
public enum PaymentMethod
{
    /// <summary>Bank card.</summary>
    Card = 0,

    /// <summary>Electronic wallet.</summary>
    Wallet = 1,

    /// <summary>Bank transfer.</summary>
    BankTransfer = 2,

    /// <summary>Anything else the marketplace takes.</summary>
    Other = 3,
}

/// <summary>Why a buyer wants to cancel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CancellationReason>))]
public enum CancellationReason
{
    /// <summary>Not needed any more.</summary>
    ChangedMind = 0,

    /// <summary>The wrong thing was ordered.</summary>
    WrongItem = 1,

    /// <summary>The address is wrong.</summary>
    WrongAddress = 2,

    /// <summary>It takes too long.</summary>
    TooSlow = 3,

    /// <summary>The seller asked for it.</summary>
    SellerAsked = 4,

    /// <summary>Something else.</summary>
    Other = 5,
}

/// <summary>What became of a request to cancel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CancellationAnswer>))]
public enum CancellationAnswer
{
    /// <summary>Not answered yet.</summary>
    Open = 0,

    /// <summary>The seller accepted.</summary>
    Accepted = 1,

    /// <summary>The goods were on their way already.</summary>
    AlreadyShipped = 2,

    /// <summary>The seller did not answer in time.</summary>
    Expired = 3,
}

/// <summary>Where a refund is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefundStatus>))]
public enum RefundStatus
{
    /// <summary>Promised.</summary>
    Due = 0,

    /// <summary>Not reported as paid in time; still owed.</summary>
    Overdue = 1,

    /// <summary>Paid.</summary>
    Paid = 2,
}

/// <summary>What an order may wait for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineKind>))]
public enum DeadlineKind
{
    /// <summary>The order is closed unless it is paid.</summary>
    Payment = 0,

    /// <summary>The payment check passes.</summary>
    PaymentCheck = 1,

    /// <summary>The order is cancelled unless the seller answers.</summary>
    CancellationAnswer = 2,

    /// <summary>The delivery countdown ends.</summary>
    Delivery = 3,

    /// <summary>Buyer protection ends.</summary>
    Protection = 4,

    /// <summary>A refund should have been paid.</summary>
    Refund = 5,

    /// <summary>No deadline of the order: notices wait to be posted and nobody is posting them.</summary>
    Notices = 6,
}

/// <summary>A moment an order waits for. Applied once, never before <paramref name="At"/>.</summary>
/// <param name="Kind">What happens then.</param>
/// <param name="At">When, to the millisecond.</param>
/// <param name="Version">The order's version when this was set: tells it from an earlier one of its kind.</param>
[GenerateSerializer, Immutable, Alias("OrderDeadline")]
public sealed record OrderDeadline(
    [property: Id(0)] DeadlineKind Kind,
    [property: Id(1), JsonConverter(typeof(MillisecondsJson))] DateTimeOffset At,
    [property: Id(2)] long Version);

/// <summary>Some of one product. Lines are numbered from 1 in the order they were placed.</summary>
/// <param name="Product">The product, frozen when the order was placed.</param>
/// <param name="Quantity">How many were ordered, 1 to <see cref="Limits.OrderQuantityMax"/>.</param>
/// <param name="Cancelled">How many of them were cancelled before they were shipped.</param>
[GenerateSerializer, Immutable, Alias("OrderLine")]
public sealed record OrderLine(
    [property: Id(0)] ProductCard Product, [property: Id(1)] int Quantity, [property: Id(2)] int Cancelled = 0);

/// <summary>How many of a line are in a parcel.</summary>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Quantity">How many.</param>
[GenerateSerializer, Immutable, Alias("ParcelItem")]
public sealed record ParcelItem([property: Id(0)] int Line, [property: Id(1)] int Quantity);

/// <summary>A parcel on its way. Parcels are numbered from 1 as they were shipped.</summary>
/// <param name="Tracking">The carrier's number for it.</param>
/// <param name="Carrier">The carrier's name, when it is known.</param>
/// <param name="Items">What is in it.</param>
/// <param name="ShippedAt">When this was told.</param>
[GenerateSerializer, Immutable, Alias("Parcel")]
public sealed record Parcel(
    [property: Id(0)] string Tracking,
    [property: Id(1)] string? Carrier,
    [property: Id(2)] IReadOnlyList<ParcelItem> Items,
    [property: Id(3), JsonConverter(typeof(MillisecondsJson))] DateTimeOffset ShippedAt);

/// <summary>A buyer's request to cancel what is not shipped.</summary>
/// <param name="Reason">Why.</param>
/// <param name="SellerAtFault">What the buyer answered to "was the seller at fault?".</param>
/// <param name="Note">In the buyer's words, at most <see cref="Limits.OrderNoteCodePointsMax"/> code points.</param>
/// <param name="RequestedAt">When it was asked.</param>
/// <param name="Answer">What became of it.</param>
[GenerateSerializer, Immutable, Alias("Cancellation")]
public sealed record Cancellation(
    [property: Id(0)] CancellationReason Reason,
    [property: Id(1)] bool SellerAtFault,
    [property: Id(2)] string? Note,
    [property: Id(3), JsonConverter(typeof(MillisecondsJson))] DateTimeOffset RequestedAt,
    [property: Id(4)] CancellationAnswer Answer)
{
    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"Cancellation {Reason} {Answer}";
}

/// <summary>Money to go back the way it came. Refunds are numbered from 1 as they were granted.</summary>
/// <param name="Amount">How much; all refunds of an order together never exceed what was paid.</param>
/// <param name="Method">By what way.</param>
/// <param name="DueAt">Until when.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Version">The order's version when it was granted.</param>
[GenerateSerializer, Immutable, Alias("OrderRefund")]
public sealed record OrderRefund(
    [property: Id(0)] Money Amount,
    [property: Id(1)] PaymentMethod Method,
    [property: Id(2), JsonConverter(typeof(MillisecondsJson))] DateTimeOffset DueAt,
    [property: Id(3)] RefundStatus Status,
    [property: Id(4)] long Version);

/// <summary>
/// The figures of <see cref="Policy"/> that an order was promised. All are taken when it is placed; each is taken again when
/// its countdown begins and stands from then on, whatever the marketplace changes.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrderTerms")]
public sealed record OrderTerms(
    [property: Id(0)] TimeSpan PaymentWithin,
    [property: Id(1)] TimeSpan PaymentCheck,
    [property: Id(2)] TimeSpan CancellationAnswerWithin,
    [property: Id(3)] TimeSpan Delivery,
    [property: Id(4)] TimeSpan DeliveryMax,
    [property: Id(5)] TimeSpan Protection,
    [property: Id(6)] TimeSpan RefundWithin)
{
    /// <summary>What the policy promises now.</summary>
    public static OrderTerms Of(Policy policy) => new(
        policy.OrderPaymentWithin,
        policy.OrderPaymentCheck,
        policy.OrderCancellationAnswerWithin,
        policy.OrderDelivery,
        policy.OrderDeliveryMax,
        policy.OrderProtection,
        policy.OrderRefundWithin);
}

/// <summary>One transition that was made. There is one for each version, from 1.</summary>
/// <param name="Version">The version it led to; also the number of its notice.</param>
/// <param name="Change">What happened.</param>
/// <param name="Side">Who did it.</param>
/// <param name="By">Which person; null for the system and the marketplace.</param>
/// <param name="At">When.</param>
/// <param name="Status">The status it led to.</param>
/// <param name="Command">The command's id within its side; null for a deadline.</param>
/// <param name="Content">A digest of what the command said, to tell a repeat from another command under its id.</param>
[GenerateSerializer, Immutable, Alias("OrderStep")]
public sealed record OrderStep(
    [property: Id(0)] long Version,
    [property: Id(1)] OrderChange Change,
    [property: Id(2)] OrderSide Side,
    [property: Id(3)] UserId? By,
    [property: Id(4), JsonConverter(typeof(MillisecondsJson))] DateTimeOffset At,
    [property: Id(5)] OrderStatus Status,
    [property: Id(6)] CommandId? Command,
    [property: Id(7)] string? Content);

/// <summary>An order as its buyer and the store's agents see it.</summary>
/// <param name="Id">The order.</param>
/// <param name="Buyer">Who buys.</param>
/// <param name="Store">Who sells.</param>
/// <param name="Version">Transitions so far; a person's command names the version it was decided on.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Lines">What was ordered.</param>
/// <param name="Total">What it costs.</param>
/// <param name="Paid">What was paid; null before.</param>
/// <param name="Method">How it was paid.</param>
/// <param name="Parcels">What is on its way.</param>
/// <param name="Cancellation">The newest request to cancel.</param>
/// <param name="Refunds">Money that goes or went back.</param>
/// <param name="Deadlines">Everything the order waits for, soonest first.</param>
/// <param name="ShippedAt">When the delivery countdown began.</param>
/// <param name="DeliveryExtendableUntil">How far the seller may still move the countdown's end; only while it runs.</param>
/// <param name="Terms">The figures it was promised.</param>
/// <param name="Steps">All transitions, oldest first.</param>
/// <param name="Side">The reader's side.</param>
[GenerateSerializer, Immutable, Alias("OrderView")]
public sealed record OrderView(
    [property: Id(0)] OrderId Id,
    [property: Id(1)] UserId Buyer,
    [property: Id(2)] StoreId Store,
    [property: Id(3)] long Version,
    [property: Id(4)] OrderStatus Status,
    [property: Id(5)] IReadOnlyList<OrderLine> Lines,
    [property: Id(6)] Money Total,
    [property: Id(7)] Money? Paid,
    [property: Id(8)] PaymentMethod? Method,
    [property: Id(9)] IReadOnlyList<Parcel> Parcels,
    [property: Id(10)] Cancellation? Cancellation,
    [property: Id(11)] IReadOnlyList<OrderRefund> Refunds,
    [property: Id(12)] IReadOnlyList<OrderDeadline> Deadlines,
    [property: Id(13)] DateTimeOffset? ShippedAt,
    [property: Id(14)] DateTimeOffset? DeliveryExtendableUntil,
    [property: Id(15)] OrderTerms Terms,
    [property: Id(16)] IReadOnlyList<OrderStep> Steps,
    [property: Id(17)] OrderSide Side);
