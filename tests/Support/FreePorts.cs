using System.Net;
using System.Net.Sockets;

namespace Chat.Tests.Support;

/// <summary>
/// Ports for servers that a test starts. Below 32768, where no system of ours takes ports for outgoing connections: a port
/// that it offered by itself may have gone to one before the server opens it. Never the same one twice.
/// </summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int Count = 20_000;

    // Test assemblies run side by side: each starts somewhere else.
    private static int s_next = (int)((uint)Environment.ProcessId * 2_654_435_761 % Count);

    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref s_next) & int.MaxValue) % Count;
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException("No port is free.");
    }

    private static bool IsFree(int port)
    {
        // No SO_REUSEADDR beside a listener on the wildcard address: both must be free.
        try
        {
            using var any = new TcpListener(IPAddress.Any, port) { ExclusiveAddressUse = true };
            any.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
