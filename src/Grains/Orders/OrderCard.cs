using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Orders;

/// <summary>An order as it was when a notice was made; later changes of the order do not reach it.</summary>
/// <param name="Id">The order.</param>
/// <param name="Store">Who sells.</param>
/// <param name="Version">The order's version then: of two cards the higher is the newer.</param>
/// <param name="Status">Where it was.</param>
/// <param name="Title">The first line's title.</param>
/// <param name="Image">The first line's picture.</param>
/// <param name="Units">Pieces over all lines, those cancelled left out.</param>
/// <param name="Total">What it costs.</param>
/// <param name="Refunded">All refunds granted; null when there are none.</param>
/// <param name="Deadline">What it waited for next; null when for nothing.</param>
[GenerateSerializer, Immutable, Alias("OrderCard")]
public sealed record OrderCard(
    [property: Id(0)] OrderId Id,
    [property: Id(1)] StoreId Store,
    [property: Id(2)] long Version,
    [property: Id(3)] OrderStatus Status,
    [property: Id(4)] string Title,
    [property: Id(5)] string Image,
    [property: Id(6)] long Units,
    [property: Id(7)] Money Total,
    [property: Id(8)] Money? Refunded,
    [property: Id(9)] OrderDeadline? Deadline);

/// <summary>What a system message tells of an order. Fields a change does not need are null.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Order">The order after it.</param>
/// <param name="Tracking">The number of the parcel that left.</param>
/// <param name="Carrier">Its carrier.</param>
/// <param name="Reason">Why the buyer wants to cancel.</param>
/// <param name="SellerAtFault">Whether the buyer says that the seller is to blame.</param>
/// <param name="Days">By how many days the delivery was extended.</param>
/// <param name="Amount">The payment or refund.</param>
[GenerateSerializer, Immutable, Alias("OrderNotice")]
public sealed record OrderNotice(
    [property: Id(0)] OrderChange Change,
    [property: Id(1)] OrderCard Order,
    [property: Id(2)] string? Tracking = null,
    [property: Id(3)] string? Carrier = null,
    [property: Id(4)] CancellationReason? Reason = null,
    [property: Id(5)] bool? SellerAtFault = null,
    [property: Id(6)] int? Days = null,
    [property: Id(7)] Money? Amount = null);
