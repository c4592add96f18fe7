using System.Net;
using System.Net.Sockets;

namespace Chat.Bench;

/// <summary>
/// Opens connections. The ports of one source address end at some 28,000, and long before that the kernel has to search for a free
/// one, at the generator's cost: every few thousand connections take the next of 127.0.0.1, 127.0.0.2 and so on, which are all this machine.
/// </summary>
internal static class Sources
{
    private const int PerAddress = 4_000;
    private const int AddressesMax = 250;

    /// <summary>Linux: the port is chosen when the socket connects, so that it must be free for that server only.</summary>
    private const int IpLevel = 0, BindAddressNoPort = 24;

    private static int _opened;

    public static async Task<Socket> Connect(Uri server, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Open(socket, new IPEndPoint(IPAddress.Loopback, server.Port), stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop) =>
        new NetworkStream(await Connect(new Uri($"tcp://{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}"), stop), ownsSocket: true);

    private static async Task Open(Socket socket, IPEndPoint server, CancellationToken stop)
    {
        var address = Interlocked.Increment(ref _opened) / PerAddress % AddressesMax;
        if (address > 0)
        {
            socket.SetRawSocketOption(IpLevel, BindAddressNoPort, BitConverter.GetBytes(1));
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + address)]), 0));
        }

        await socket.ConnectAsync(server, stop);
    }
}
