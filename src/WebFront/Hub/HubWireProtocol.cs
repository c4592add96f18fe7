using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Chat.Grains.Shared;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.WebFront.Hub;

/// <summary>
/// SignalR's JSON protocol, except that what SignalR refuses by itself (no such method, a wrong number of arguments) comes
/// back as one of our numbered errors. Such an invocation is turned into one of <see cref="ChatHub.Refuse"/>, whose result
/// is written as a completion with an error text: the error object as JSON (docs/protocol.md part 2).
/// </summary>
internal sealed class HubWireProtocol(IHubProtocol json) : IHubProtocol
{
    /// <summary>Where refused invocations go. Clients cannot name it: a name with this character is unknown.</summary>
    public const string RefuseTarget = "\u0001refuse";

    /// <summary>The methods of docs/protocol.md part 4.</summary>
    public static readonly string[] MethodNames =
        ["hello", "contact", "send", "history", "resume", "mark", "typing", "inbox", "watch", "activity", "duty", "here"];

    /// <summary>Case does not matter, as in SignalR itself (docs/protocol.md part 2).</summary>
    private static readonly FrozenSet<string> Methods = MethodNames.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public string Name => json.Name;

    public int Version => json.Version;

    public TransferFormat TransferFormat => json.TransferFormat;

    public bool IsVersionSupported(int version) => json.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!json.TryParseMessage(ref input, binder, out message))
        {
            return false;
        }

        message = message switch
        {
            InvocationBindingFailureMessage m => Refuse(m.InvocationId, m.Target),
            StreamInvocationMessage m => Refuse(m.InvocationId, m.Target),
            InvocationMessage m when !Methods.Contains(m.Target) => Refuse(m.InvocationId, m.Target),
            InvocationMessage m when m.Arguments is not [JsonElement { ValueKind: JsonValueKind.Object }] => Refuse(m.InvocationId, m.Target),
            _ => message,
        };
        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => json.WriteMessage(Translate(message), output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => json.GetMessageBytes(Translate(message));

    private static InvocationMessage Refuse(string? invocationId, string target)
    {
        var error = Methods.Contains(target)
            ? new ChatError(ErrorCode.BadRequest, $"'{target}' takes exactly one object.")
            : new ChatError(ErrorCode.UnknownMethod, "There is no such method.");
        return new InvocationMessage(invocationId, RefuseTarget, [(int)error.Code, error.Message]);
    }

    private static HubMessage Translate(HubMessage message) => message switch
    {
        CompletionMessage { Result: RefusedCall refused } m => Failed(m.InvocationId!, refused.Error),

        // Whatever SignalR itself could not do; its own text is for developers.
        CompletionMessage { Error: not null } m => Failed(m.InvocationId!, Refusals.Internal),
        _ => message,
    };

    private static CompletionMessage Failed(string invocationId, ChatError error) =>
        CompletionMessage.WithError(invocationId, JsonSerializer.Serialize(error.ToWire(), WireJson.Rules));
}

/// <summary>The result of a call that never reached a method of ours.</summary>
internal sealed record RefusedCall(ChatError Error);
