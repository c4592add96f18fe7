using System.Text.Json.Serialization;

namespace Chat.WebFront.Wire;

/// <summary>What a hub method returns: a success with the fields of docs/protocol.md part 4, or <see cref="RefusalWire"/>.</summary>
internal abstract record ReplyWire
{
    [JsonPropertyOrder(-1)]
    public virtual bool Ok => true;
}

internal sealed record DoneReply : ReplyWire
{
    public static DoneReply Value { get; } = new();
}

internal sealed record RefusalWire(ErrorWire Error) : ReplyWire
{
    public override bool Ok => false;
}

internal sealed record HelloReply(
    PersonWire User, IReadOnlyList<StoreWire> Stores, string Epoch, long ServerTime, LimitsWire Limits, IReadOnlyList<ResumeAnswerWire>? Resumed) : ReplyWire;

internal sealed record ContactReply(SummaryWire Conversation) : ReplyWire;

internal sealed record SendReply(long Seq, long Change, long SentAt, bool Duplicate, ProductWire? Product) : ReplyWire;

internal sealed record HistoryReply(SummaryWire Conversation, IReadOnlyList<MessageWire> Messages, bool HasMore) : ReplyWire;

internal sealed record ResumeReply(IReadOnlyList<ResumeAnswerWire> Conversations) : ReplyWire;

internal sealed record ResumeAnswerWire(string Conversation, string State, IReadOnlyList<MessageWire>? Messages, SummaryWire? Summary);

internal sealed record MarkReply(long Delivered, long Read) : ReplyWire;

internal sealed record InboxReply(IReadOnlyList<SummaryWire> Conversations, string? Next, UnreadWire Unread) : ReplyWire;

internal sealed record WatchReply(IReadOnlyList<PresenceWire> Presence) : ReplyWire;

internal sealed record DutyReply(PresenceWire Presence) : ReplyWire;
