namespace Chat.Grains.Shared;

/// <summary>
/// Every refusal the system can answer, as docs/protocol.md part 7 lists them. The numbers are a public contract: never
/// reused, never renumbered. <c>tests/Contracts/errors.json</c> pins number, name and <see cref="ChatError.IsTemporary"/>.
/// </summary>
public enum ErrorCode
{
    /// <summary>A fault on our side; it is logged. Temporary.</summary>
    Internal = 1000,

    /// <summary>The request has not the documented shape.</summary>
    BadRequest = 1001,

    /// <summary>No such method.</summary>
    UnknownMethod = 1002,

    /// <summary><c>hello</c> named a protocol version this server does not speak.</summary>
    UnsupportedProtocol = 1003,

    /// <summary>Storage or cluster cannot be reached now. Temporary.</summary>
    Unavailable = 1004,

    /// <summary>A call came before <c>hello</c>.</summary>
    HelloFirst = 1005,

    /// <summary>It may or may not have been stored; the caller repeats the same id. Temporary.</summary>
    OutcomeUnknown = 1006,

    /// <summary>A bounded queue is full. Temporary, with a retry-after.</summary>
    Busy = 1007,

    /// <summary>No token, or an invalid or expired one.</summary>
    Unauthenticated = 2001,

    /// <summary>Name or password wrong; the same answer for both.</summary>
    BadCredentials = 2002,

    /// <summary>An account of that name exists.</summary>
    NameTaken = 2003,

    /// <summary>The account or display name breaks the rules.</summary>
    BadName = 2004,

    /// <summary>Shorter than 8 or longer than 128 characters, or a known common password.</summary>
    WeakPassword = 2005,

    /// <summary>Rate limit of sign-in and registration. Temporary, with a retry-after.</summary>
    TooManyAttempts = 2006,

    /// <summary>Signed out, here or elsewhere.</summary>
    SessionRevoked = 2007,

    /// <summary>The page's origin is not allowed.</summary>
    OriginRefused = 2008,

    /// <summary>The conversation does not exist or the caller is no member: the same answer.</summary>
    ConversationNotFound = 3001,

    /// <summary>Nothing but white space.</summary>
    MessageEmpty = 3002,

    /// <summary>More code points than <see cref="Limits.BodyCodePointsMax"/>.</summary>
    MessageTooLong = 3003,

    /// <summary>A lone surrogate or U+0000.</summary>
    MessageMalformed = 3004,

    /// <summary>This client message id was used with another content.</summary>
    IdConflict = 3005,

    /// <summary>The client message id is not a UUID.</summary>
    BadMessageId = 3006,

    /// <summary>An agent cannot be a buyer of the same store.</summary>
    OwnStore = 3007,

    /// <summary>A watermark or cursor past the head, or negative.</summary>
    BadPosition = 3008,

    /// <summary>No such store; also what a stranger gets from agents' methods.</summary>
    StoreNotFound = 3009,

    /// <summary>No such product in that store.</summary>
    ProductNotFound = 3010,

    /// <summary>Too many messages or calls of one person. Temporary, with a retry-after.</summary>
    RateLimited = 3011,

    /// <summary>A list in the request is longer than its bound.</summary>
    TooMany = 4001,

    /// <summary>Used between our own parts only; strangers get <see cref="StoreNotFound"/>.</summary>
    NotAnAgent = 4002,

    /// <summary>It does not exist, or the caller is neither its buyer nor an agent of its store: the same answer.</summary>
    OrderNotFound = 5001,

    /// <summary>The order's status does not allow this command.</summary>
    OrderWrongState = 5002,

    /// <summary>The command was decided on another version; the limit is the current one.</summary>
    OrderChanged = 5003,

    /// <summary>This step belongs to the other side, or to the marketplace.</summary>
    OrderOtherSide = 5004,

    /// <summary>No lines, or lines of several stores or currencies, or a quantity or price out of range.</summary>
    OrderInvalid = 5005,

    /// <summary>Not the order's total or currency, or not positive.</summary>
    AmountInvalid = 5006,

    /// <summary>The parcel holds what is not left to ship.</summary>
    ParcelInvalid = 5007,

    /// <summary>Not a tracking number.</summary>
    TrackingInvalid = 5008,

    /// <summary>No days, or more than the limit that the delivery may still be extended by.</summary>
    ExtensionTooLong = 5009,

    /// <summary>More than the limit, in minor units, that is left of what was paid.</summary>
    RefundTooLarge = 5010,

    /// <summary>The order owes no refund of this number.</summary>
    RefundNotFound = 5011,

    /// <summary>A report of the marketplace without a valid signature.</summary>
    BadSignature = 5012,

    /// <summary>A report signed too long ago, or ahead of time.</summary>
    StaleReport = 5013,

    /// <summary>The review does not exist, or the caller has no part in it: the same answer.</summary>
    ReviewNotFound = 6001,

    /// <summary>The order is not completed, the line was cancelled, or the time to review it is over.</summary>
    ReviewNotAllowed = 6002,

    /// <summary>This line of the order has its review already.</summary>
    ReviewExists = 6003,

    /// <summary>The one follow-up is written, or its time is over.</summary>
    ReviewLocked = 6004,

    /// <summary>The store has replied already.</summary>
    ReplyExists = 6005,

    /// <summary>Nothing of this waits for a moderator: it was decided already.</summary>
    NotHeld = 6006,
}

/// <summary>Why a server closes a connection, as docs/protocol.md part 7 lists them.</summary>
public enum ClosingCode
{
    /// <summary>The token's time ran out; reconnect with a new one.</summary>
    TokenExpired = 9001,

    /// <summary>Signed out or suspended; do not reconnect.</summary>
    SessionRevoked = 9002,

    /// <summary>Too many pushes waited for this connection, or one for too long; reconnect and resume.</summary>
    SlowClient = 9003,

    /// <summary>The front end shuts down; reconnect after the time given.</summary>
    Draining = 9004,

    /// <summary>One user holds more connections than <see cref="Limits.ConnectionsPerUserMax"/>.</summary>
    TooManyConnections = 9005,

    /// <summary>Somebody went on calling however often they were refused; come back after the time given.</summary>
    Flooding = 9006,
}
