namespace Chat.WebFront.Wire;

// Orders, docs/protocol.md part 6 and 8. Times are milliseconds since 1970-01-01 UTC, lengths of time milliseconds.

internal sealed record DeadlineWire(string Kind, long At);

internal sealed record OrderCardWire(
    string Id,
    string Store,
    long Version,
    string Status,
    string Title,
    string Image,
    long Units,
    MoneyWire Total,
    MoneyWire? Refunded,
    DeadlineWire? Deadline);

internal sealed record NoticeWire(
    string Type,
    OrderCardWire Order,
    string? Tracking,
    string? Carrier,
    string? Reason,
    bool? SellerAtFault,
    int? Days,
    MoneyWire? Amount);

internal sealed record OrderLineWire(int Line, ProductWire Product, int Quantity, int Shipped, int Cancelled);

internal sealed record ParcelItemWire(int Line, int Quantity);

internal sealed record ParcelWire(int Number, string Tracking, string? Carrier, IReadOnlyList<ParcelItemWire> Items, long ShippedAt);

internal sealed record CancellationWire(string Reason, bool SellerAtFault, string? Note, long RequestedAt, string Answer);

internal sealed record RefundWire(int Number, MoneyWire Amount, string Method, long DueAt, string Status);

internal sealed record TermsWire(
    long PaymentWithin, long PaymentCheck, long CancellationAnswerWithin, long Delivery, long DeliveryMax, long Protection, long RefundWithin);

internal sealed record OrderStepWire(long Version, string Change, string Side, string? By, long At, string Status);

internal sealed record OrderWire(
    string Id,
    string Conversation,
    string Buyer,
    string Store,
    string Side,
    long Version,
    string Status,
    IReadOnlyList<OrderLineWire> Lines,
    MoneyWire Total,
    MoneyWire? Paid,
    string? Method,
    IReadOnlyList<ParcelWire> Parcels,
    CancellationWire? Cancellation,
    IReadOnlyList<RefundWire> Refunds,
    IReadOnlyList<DeadlineWire> Deadlines,
    long? ShippedAt,
    long? DeliveryExtendableUntil,
    TermsWire Terms,
    IReadOnlyList<OrderStepWire> Steps);

internal sealed record OrderReplyWire(long Version, string Status, long At, bool Duplicate, OrderWire Order);

internal sealed record OrderSummaryWire(OrderCardWire Order, string Buyer, long PlacedAt);

internal sealed record OrdersWire(IReadOnlyList<OrderSummaryWire> Orders, string? Next);

internal sealed record ReportReplyWire(long Version, string Status, long At, bool Duplicate);

// What is sent to us. Every command of a person has an id of its own and the version it was decided on.

internal sealed record PlaceLineWire(string Product, int Quantity);

internal sealed record PlaceOrderWire(string Id, string Store, IReadOnlyList<PlaceLineWire> Lines);

internal sealed record OrderCommandWire(string Id, long Version);

internal sealed record PayWire(string Id, long Version, string Method);

internal sealed record ShipWire(string Id, long Version, string Tracking, string? Carrier, IReadOnlyList<ParcelItemWire>? Items);

internal sealed record CancelWire(string Id, long Version, string Reason, bool SellerAtFault, string? Note);

internal sealed record AlreadyShippedWire(string Id, long Version, string Tracking, string? Carrier);

internal sealed record ExtendWire(string Id, long Version, int Days);

internal sealed record GrantRefundWire(string Id, long Version, long Minor, string Currency);

internal sealed record BuyAgainWire(string Id);

internal sealed record ReportedProductWire(string Id, string Title, long Minor, string Currency, string Image, int Quantity);

internal sealed record ReportWire(
    string Id,
    string Type,
    string Order,
    string? Buyer,
    string? Store,
    IReadOnlyList<ReportedProductWire>? Lines,
    long? Minor,
    string? Currency,
    string? Method,
    string? Tracking,
    string? Carrier,
    IReadOnlyList<ParcelItemWire>? Items,
    int? Refund);
