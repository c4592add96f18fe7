using System.Text.Json.Serialization;

namespace Chat.WebFront.Wire;

/// <summary>What the server tells unasked: docs/protocol.md part 5. <see cref="T"/> names the kind.</summary>
internal abstract record EventWire([property: JsonPropertyOrder(-1)] string T);

internal sealed record MessageEvent(string Conversation, MessageWire Message) : EventWire("message");

internal sealed record ReceiptEvent(string Conversation, string Member, long Delivered, long Read) : EventWire("receipt");

internal sealed record TypingEvent(string Conversation, string Member, string By) : EventWire("typing");

internal sealed record PresenceEvent(IReadOnlyList<PresenceWire> Stores) : EventWire("presence");

internal sealed record ResyncEvent(string Reason) : EventWire("resync");

internal sealed record StoresEvent(IReadOnlyList<StoreWire> Stores) : EventWire("stores");

internal sealed record ProbeEvent() : EventWire("probe");

internal sealed record ClosingEvent(int Code, string Name, bool Reconnect, long? AfterMs) : EventWire("closing");
