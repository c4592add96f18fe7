using BenchmarkDotNet.Attributes;
using Chat.WebFront.Connections;
using Chat.WebFront.Wire;

namespace Chat.Bench.Micro;

/// <summary>A message event as bytes.</summary>
public class WireBenchmarks
{
    private const string Conversation = "anna~casa-lumbre";
    private readonly OutgoingEvent[] _batch = [.. Enumerable.Range(0, 64).Select(_ => Serialized())];

    /// <summary>One event, written as JSON: once for all its readers.</summary>
    [Benchmark]
    public object MessageEvent() => Serialized();

    /// <summary>A frame of 64 events that are written already.</summary>
    [Benchmark]
    public object FrameOf64() => OutgoingEvent.Frame(_batch);

    private static OutgoingEvent Serialized() => OutgoingEvent.Of(new MessageEvent(Conversation, Given.Message.ToWire()));
}
