using Chat.WebFront.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Tests.Support;

/// <summary>A connection's end of a queue, as a test wants it to behave.</summary>
internal sealed class Outlet(Func<SerializedHubMessage, ValueTask> write) : IOutlet
{
    /// <summary>How often more waited than may.</summary>
    public int Overflows { get; private set; }

    public ValueTask Write(SerializedHubMessage frame) => write(frame);

    public void Overflowed() => Overflows++;
}
