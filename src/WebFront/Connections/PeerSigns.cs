using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chat.WebFront.Connections;

/// <summary>
/// What the kernel knows of the other end of a socket: whether anything comes from it, and whether the machine is reached at all.
/// Only Linux tells; elsewhere, and once the socket is gone, nothing is known.
/// </summary>
internal readonly struct PeerSigns(Socket? socket)
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    // Offsets in the kernel's tcp_info, which only ever grows at its end. Times are milliseconds.
    private const int Unacknowledged = 24;
    private const int SinceData = 52;
    private const int SinceAcknowledgement = 56;
    private const int InfoBytes = 60;

    /// <summary>For how long no byte of the client came; null when nobody knows. What a proxy between acknowledges is none of the client's.</summary>
    public TimeSpan? SilentFor
    {
        get
        {
            Span<uint> info = stackalloc uint[InfoBytes / sizeof(uint)];
            return TryRead(info) ? TimeSpan.FromMilliseconds(info[SinceData / sizeof(uint)]) : null;
        }
    }

    /// <summary>Whether something sent waits to be acknowledged and nothing was for so long: the machine is not reached any more.</summary>
    public bool IsUnreachable(TimeSpan forAsLongAs)
    {
        Span<uint> info = stackalloc uint[InfoBytes / sizeof(uint)];
        return TryRead(info) && info[Unacknowledged / sizeof(uint)] > 0 && info[SinceAcknowledgement / sizeof(uint)] >= forAsLongAs.TotalMilliseconds;
    }

    private bool TryRead(Span<uint> info)
    {
        if (socket is null || !OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, MemoryMarshal.AsBytes(info)) == InfoBytes;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
