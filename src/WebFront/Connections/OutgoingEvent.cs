using System.Buffers;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Connections;

/// <summary>One event, serialized once however many connections it goes to.</summary>
internal sealed class OutgoingEvent
{
    /// <summary>A SignalR invocation of the client method <c>events</c> around a list of events.</summary>
    private static ReadOnlySpan<byte> Head => "{\"type\":1,\"target\":\"events\",\"arguments\":[["u8;

    private static ReadOnlySpan<byte> Tail => "]]}\u001e"u8;

    /// <summary>Where events are written before their size is known; each thread has its own.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_scratch;

    /// <summary>The frame of this event alone.</summary>
    private readonly byte[] frame;
    private SerializedHubMessage? _alone;

    private OutgoingEvent(byte[] frame) => this.frame = frame;

    /// <summary>What it weighs in a queue.</summary>
    public int Bytes => Json.Length;

    private ReadOnlySpan<byte> Json => frame.AsSpan()[Head.Length..^Tail.Length];

    /// <summary>Asks whether the client reads; the same for all.</summary>
    public static OutgoingEvent Probe { get; } = Of(new ProbeEvent());

    public static OutgoingEvent Of<T>(T wire)
        where T : EventWire
    {
        var scratch = t_scratch ??= new ArrayBufferWriter<byte>(1024);
        scratch.ResetWrittenCount();
        scratch.Write(Head);
        WireJson.Write(scratch, wire);
        scratch.Write(Tail);
        return new OutgoingEvent(scratch.WrittenSpan.ToArray());
    }

    /// <summary>The frame that brings exactly this event; shared by all connections.</summary>
    public SerializedHubMessage Alone => _alone ??= Message(frame);

    /// <summary>A frame of several events, in order.</summary>
    public static SerializedHubMessage Frame(ReadOnlySpan<OutgoingEvent> events)
    {
        var size = Head.Length + Tail.Length;
        foreach (var one in events)
        {
            size += one.Bytes + 1;
        }

        var frame = new ArrayBufferWriter<byte>(size);
        frame.Write(Head);
        for (var i = 0; i < events.Length; i++)
        {
            if (i > 0)
            {
                frame.Write(","u8);
            }

            frame.Write(events[i].Json);
        }

        frame.Write(Tail);
        return Message(frame.WrittenMemory);
    }

    private static SerializedHubMessage Message(ReadOnlyMemory<byte> frame) => new([new SerializedMessage("json", frame)]);
}
