using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Orders;

/// <summary>Something to be done to an order.</summary>
[GenerateSerializer, Immutable, Alias("OrderCommand")]
public abstract record OrderCommand
{
    /// <summary>A digest of all fields: equal for a repeat, different for another command under the same id.</summary>
    internal string Digest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{GetType().Name} {Content}")).AsSpan(0, 8));

    /// <summary>All fields as text.</summary>
    protected abstract string Content { get; }

    private protected static string Text(FormattableString fields) => fields.ToString(CultureInfo.InvariantCulture);

    private protected static string Text(IEnumerable<ParcelItem> items) => string.Join(',', items.Select(item => Text($"{item.Line}x{item.Quantity}")));
}

/// <summary>Places the order. By the buyer or the marketplace. The caller has resolved and frozen the products.</summary>
/// <param name="Order">The order's id; the grain of that id is asked.</param>
/// <param name="Buyer">Who buys.</param>
/// <param name="Store">Who sells.</param>
/// <param name="Lines">What; at most <see cref="Limits.OrderLinesMax"/>, all of that store and of one currency.</param>
[GenerateSerializer, Immutable, Alias("PlaceOrder")]
public sealed record PlaceOrder(
    [property: Id(0)] OrderId Order,
    [property: Id(1)] UserId Buyer,
    [property: Id(2)] StoreId Store,
    [property: Id(3)] IReadOnlyList<OrderLine> Lines) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content =>
        Text($"{Order} {Buyer} {Store} {string.Join(',', Lines.Select(line => Text($"{line.Product.Id}x{line.Quantity}")))}");
}

/// <summary>The order was paid in full. By the marketplace.</summary>
[GenerateSerializer, Immutable, Alias("ReportPayment")]
public sealed record ReportPayment([property: Id(0)] Money Amount, [property: Id(1)] PaymentMethod Method) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => Text($"{Amount.Minor} {Amount.Currency} {Method}");
}

/// <summary>
/// A parcel left. By the store or the marketplace, also while a request to cancel waits: what is gone cannot be cancelled.
/// </summary>
/// <param name="Tracking">The carrier's number.</param>
/// <param name="Carrier">The carrier, when known.</param>
/// <param name="Items">What is in it; empty means all that is left.</param>
[GenerateSerializer, Immutable, Alias("ShipParcel")]
public sealed record ShipParcel(
    [property: Id(0)] string Tracking, [property: Id(1)] string? Carrier, [property: Id(2)] IReadOnlyList<ParcelItem> Items) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => Text($"{Tracking} {Carrier} {Text(Items)}");
}

/// <summary>Asks to cancel what is not shipped. By the buyer.</summary>
[GenerateSerializer, Immutable, Alias("RequestCancellation")]
public sealed record RequestCancellation(
    [property: Id(0)] CancellationReason Reason, [property: Id(1)] bool SellerAtFault, [property: Id(2)] string? Note) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => Text($"{Reason} {SellerAtFault} {Note}");

    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"RequestCancellation {Reason}";
}

/// <summary>Accepts the request to cancel. By the store.</summary>
[GenerateSerializer, Immutable, Alias("AcceptCancellation")]
public sealed record AcceptCancellation : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => string.Empty;
}

/// <summary>Answers the request to cancel: all that was left is on its way. By the store.</summary>
[GenerateSerializer, Immutable, Alias("AnswerAlreadyShipped")]
public sealed record AnswerAlreadyShipped([property: Id(0)] string Tracking, [property: Id(1)] string? Carrier) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => Text($"{Tracking} {Carrier}");
}

/// <summary>Gives the delivery more days. By the store.</summary>
[GenerateSerializer, Immutable, Alias("ExtendDelivery")]
public sealed record ExtendDelivery([property: Id(0)] int Days) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => Text($"{Days}");
}

/// <summary>The goods arrived. By the buyer.</summary>
[GenerateSerializer, Immutable, Alias("ConfirmReceipt")]
public sealed record ConfirmReceipt : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => string.Empty;
}

/// <summary>Promises money back, in part or whole. By the store or the marketplace.</summary>
[GenerateSerializer, Immutable, Alias("GrantRefund")]
public sealed record GrantRefund([property: Id(0)] Money Amount) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => Text($"{Amount.Minor} {Amount.Currency}");
}

/// <summary>A refund was paid. By the marketplace.</summary>
/// <param name="Refund">The refund's number, from 1.</param>
[GenerateSerializer, Immutable, Alias("ReportRefundPaid")]
public sealed record ReportRefundPaid([property: Id(0)] int Refund) : OrderCommand
{
    /// <inheritdoc/>
    protected override string Content => Text($"{Refund}");
}

/// <summary>A command with its sender.</summary>
/// <param name="Id">Made by the caller; the same id from the same side gets the first answer.</param>
/// <param name="By">Who asks, proved by the caller; null is the marketplace's back end.</param>
/// <param name="ExpectedVersion">The version it was decided on; people must name it, but for placing.</param>
/// <param name="Command">What is asked.</param>
[GenerateSerializer, Immutable, Alias("OrderRequest")]
public sealed record OrderRequest(
    [property: Id(0)] CommandId Id,
    [property: Id(1)] UserId? By,
    [property: Id(2)] long? ExpectedVersion,
    [property: Id(3)] OrderCommand Command);

/// <summary>What a command came to, the same for each repeat but for <paramref name="Duplicate"/>.</summary>
/// <param name="Version">The version it led to.</param>
/// <param name="Status">The status it led to.</param>
/// <param name="At">When.</param>
/// <param name="Duplicate">Whether this repeats an earlier answer.</param>
[GenerateSerializer, Immutable, Alias("OrderReceipt")]
public sealed record OrderReceipt(
    [property: Id(0)] long Version,
    [property: Id(1)] OrderStatus Status,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] bool Duplicate);

/// <summary>The answer to a command, and the order as it is now.</summary>
[GenerateSerializer, Immutable, Alias("OrderReply")]
public sealed record OrderReply([property: Id(0)] OrderReceipt Receipt, [property: Id(1)] OrderView Order);

/// <summary>What became of a deadline.</summary>
public enum DeadlineOutcome
{
    /// <summary>It was applied by this call.</summary>
    Applied = 0,

    /// <summary>It is not due by the owner's clock.</summary>
    Early = 1,

    /// <summary>It is no deadline of the order any more: applied before, or overtaken.</summary>
    Gone = 2,
}
