using System.Buffers;
using System.Text.Json;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Connections;

/// <summary>One event, serialized once however many connections it goes to.</summary>
internal sealed class OutgoingEvent
{
    /// <summary>A SignalR invocation of the client method <c>events</c> around a list of events.</summary>
    private static ReadOnlySpan<byte> Head => "{\"type\":1,\"target\":\"events\",\"arguments\":[["u8;

    private static ReadOnlySpan<byte> Tail => "]]}\u001e"u8;

    private readonly byte[] json;
    private SerializedHubMessage? _alone;

    private OutgoingEvent(byte[] json) => this.json = json;

    /// <summary>What it weighs in a queue.</summary>
    public int Bytes => json.Length;

    /// <summary>Asks whether the client reads; the same for all.</summary>
    public static OutgoingEvent Probe { get; } = Of(new ProbeEvent());

    public static OutgoingEvent Of<T>(T wire)
        where T : EventWire => new(JsonSerializer.SerializeToUtf8Bytes(wire, WireJson.Rules));

    /// <summary>The frame that brings exactly this event; shared by all connections.</summary>
    public SerializedHubMessage Alone => _alone ??= Frame([this]);

    /// <summary>A frame of several events, in order.</summary>
    public static SerializedHubMessage Frame(ReadOnlySpan<OutgoingEvent> events)
    {
        var size = Head.Length + Tail.Length;
        foreach (var one in events)
        {
            size += one.json.Length + 1;
        }

        var frame = new ArrayBufferWriter<byte>(size);
        frame.Write(Head);
        for (var i = 0; i < events.Length; i++)
        {
            if (i > 0)
            {
                frame.Write(","u8);
            }

            frame.Write(events[i].json);
        }

        frame.Write(Tail);
        return new SerializedHubMessage([new SerializedMessage("json", frame.WrittenMemory)]);
    }
}
