using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.WebFront.Tests.Support;

/// <summary>Only names the protocol whose serialized frame is asked for.</summary>
internal sealed class FrameReader : IHubProtocol
{
    public string Name => "json";

    public int Version => 1;

    public TransferFormat TransferFormat => TransferFormat.Text;

    public bool IsVersionSupported(int version) => true;

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => throw new NotSupportedException();

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message) =>
        throw new NotSupportedException();

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => throw new NotSupportedException();
}
