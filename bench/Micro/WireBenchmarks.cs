using System.Buffers;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Hub;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Bench.Micro;

/// <summary>What one message is as bytes: the call that sends it, its answer, its event, and a frame of events.</summary>
public class WireBenchmarks
{
    private const string Conversation = "anna~casa-lumbre";
    private const string Call = "17";

    private readonly OutgoingEvent[] _batch = [.. Enumerable.Range(0, 64).Select(_ => Serialized())];
    private readonly HubWireProtocol _protocol = Wire.Protocol();
    private readonly Binder _binder = new();
    private readonly ArrayBufferWriter<byte> _answer = new();
    private readonly ReadOnlySequence<byte> _send = new(Encoding.UTF8.GetBytes(
        $$"""{"type":1,"invocationId":"{{Call}}","target":"send","arguments":[{"conversation":"{{Conversation}}","id":"{{Guid.CreateVersion7():D}}","body":"{{Given.Body}}"}]}"""
        + "\u001e"));

    /// <summary>A call of <c>send</c>: SignalR's part and the fields, read as the hub reads them.</summary>
    [Benchmark]
    public object ReadSend()
    {
        var input = _send;
        _protocol.TryParseMessage(ref input, _binder, out var message);
        var reader = new RequestReader((JsonElement)((InvocationMessage)message!).Arguments[0]!);
        var conversation = reader.Conversation("conversation");
        var id = reader.MessageId("id");
        var body = reader.Text("body", malformed: ErrorCode.MessageMalformed);
        return reader.OptionalProduct("product") is null && reader.Error is null
            ? new Grains.Conversations.PostMessage(id, PrincipalId.Of(conversation.Buyer), conversation.Buyer, body, null)
            : throw new InvalidOperationException("The call was refused.");
    }

    /// <summary>Its answer.</summary>
    [Benchmark]
    public int WriteAnswer()
    {
        _answer.ResetWrittenCount();
        _protocol.WriteMessage(CompletionMessage.WithResult(Call, new SendReply(17, 17, Given.Noon.ToUnixTimeMilliseconds(), false, null)), _answer);
        return _answer.WrittenCount;
    }

    /// <summary>One event, written as JSON: once for all its readers.</summary>
    [Benchmark]
    public object MessageEvent() => Serialized();

    /// <summary>A frame of 64 events that are written already.</summary>
    [Benchmark]
    public object FrameOf64() => OutgoingEvent.Frame(_batch);

    private static OutgoingEvent Serialized() => OutgoingEvent.Of(new MessageEvent(Conversation, Given.Message.ToWire()));

    /// <summary>Every method of ours takes one object and answers one.</summary>
    private sealed class Binder : IInvocationBinder
    {
        private static readonly Type[] s_parameters = [typeof(JsonElement)];

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => s_parameters;

        public Type GetReturnType(string invocationId) => typeof(object);

        public Type GetStreamItemType(string streamId) => typeof(object);
    }
}
