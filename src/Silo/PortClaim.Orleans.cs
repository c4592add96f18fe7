using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Chat.Silo;

/// <summary>
/// Refuses to start a silo on ports that are taken. Orleans opens its listeners with address reuse, which on Linux lets two
/// processes listen on one port: the kernel then deals connections out between them, and the newcomer even has the older
/// silo declared dead, as an earlier life of its own address.
/// </summary>
internal sealed class PortClaim(IOptions<EndpointOptions> endpoints) : IConfigurationValidator, IDisposable
{
    private readonly List<Socket> _marks = [];

    /// <summary>Runs when the host starts, before any listener. Throws <see cref="OrleansConfigurationException"/>.</summary>
    public void ValidateConfiguration()
    {
        if (_marks.Count > 0)
        {
            return;
        }

        var options = endpoints.Value;
        Claim(options.SiloListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.SiloPort), "SiloPort");
        if (options.GatewayPort > 0)
        {
            Claim(options.GatewayListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.GatewayPort), "GatewayPort");
        }
    }

    public void Dispose() => _marks.ForEach(mark => mark.Dispose());

    private void Claim(IPEndPoint endpoint, string name)
    {
        Mark(endpoint, name);
        using var probe = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(endpoint);
            probe.Listen(1);
        }
        catch (SocketException failure)
        {
            throw Taken(endpoint, name, failure);
        }
    }

    /// <summary>
    /// Two processes that start at once would both find the port free. An abstract socket name has one owner for each
    /// network namespace, which is what a port has too, and vanishes with its process.
    /// </summary>
    private void Mark(IPEndPoint endpoint, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var mark = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _marks.Add(mark);
        try
        {
            mark.Bind(new UnixDomainSocketEndPoint($"\0chat-silo/{endpoint}"));
        }
        catch (SocketException failure)
        {
            throw Taken(endpoint, name, failure);
        }
    }

    private static OrleansConfigurationException Taken(IPEndPoint endpoint, string name, SocketException failure) =>
        new($"{ChatSiloOptions.Section}:{name}: {endpoint} cannot be used by this silo ({failure.SocketErrorCode}). Another process has it, "
            + "or it is not an address of this machine. Give every silo ports of its own.", failure);
}
