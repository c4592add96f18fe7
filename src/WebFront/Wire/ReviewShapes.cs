namespace Chat.WebFront.Wire;

// Reviews and their moderation, docs/protocol.md part 8. Times are milliseconds since 1970-01-01 UTC.

internal sealed record WordsWire(string State, string Text, long At, string? Reason, string? Note);

internal sealed record ReviewWire(
    string Review,
    string? Order,
    int? Line,
    ProductWire Product,
    string Store,
    string Author,
    int Stars,
    long At,
    WordsWire? Text,
    WordsWire? FollowUp,
    WordsWire? Reply,
    bool Mine,
    long? FollowUpUntil);

internal sealed record ReviewLineWire(int Line, ProductWire Product, bool CanReview, long? ReviewUntil, ReviewWire? Review);

internal sealed record OrderReviewsWire(IReadOnlyList<ReviewLineWire> Lines);

internal sealed record ReviewsWire(IReadOnlyList<long> Stars, IReadOnlyList<ReviewWire> Reviews, string? Next);

internal sealed record HeldWire(
    string Review,
    string Part,
    string State,
    string Text,
    IReadOnlyList<string> Findings,
    long At,
    int Stars,
    ProductWire Product,
    string Store,
    string Author,
    long? DecidedAt,
    string? Reason,
    string? Note);

internal sealed record HeldListWire(IReadOnlyList<HeldWire> Items, int Waiting, string? Next);

// What is sent to us. Every command has an id of its own.

internal sealed record WriteReviewWire(string Id, int Stars, string? Text);

internal sealed record WriteWordsWire(string Id, string Text);

internal sealed record DecideWordsWire(string Id, string Decision, string? Reason, string? Note);
