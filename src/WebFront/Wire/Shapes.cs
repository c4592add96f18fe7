namespace Chat.WebFront.Wire;

// The shapes of docs/protocol.md part 6, field by field. Times are milliseconds since 1970-01-01 UTC.

internal sealed record MoneyWire(long Minor, string Currency);

internal sealed record ProductWire(string Id, string Store, string Title, MoneyWire Price, string Image);

internal sealed record MessageWire(
    long Seq,
    long Change,
    string Id,
    string Sender,
    string By,
    string Kind,
    string Body,
    long SentAt,
    ProductWire? Product,
    NoticeWire? Notice);

internal sealed record ReceiptWire(string Member, long Delivered, long Read);

internal sealed record PersonWire(string Id, string Name);

internal sealed record SummaryWire(
    string Conversation,
    PersonWire Buyer,
    PersonWire Store,
    long Head,
    long Change,
    MessageWire? Last,
    long LastAt,
    long Unread,
    long? WaitingSince,
    IReadOnlyList<ReceiptWire> Receipts,
    ProductWire? Product);

internal sealed record PresenceWire(string Store, string Status, long? LastSeen, long Until);

internal sealed record StoreWire(string Id, string Name, string Role, bool OnDuty);

internal sealed record ErrorWire(int Code, string Name, string Message, bool Temporary, long? RetryAfterMs, long? Limit);

internal sealed record UnreadWire(long Messages, long Conversations);

internal sealed record LimitsWire(int BodyCodePointsMax, int ResumeChangesMax, int TypingEveryMs, int TypingGoneMs);
