using Chat.WebFront.Hub;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Bench.Micro;

/// <summary>The hub's protocol with the options of our front end.</summary>
internal static class Wire
{
    public static HubWireProtocol Protocol()
    {
        var options = new JsonHubProtocolOptions();
        WireJson.Configure(options.PayloadSerializerOptions);
        return new HubWireProtocol(new JsonHubProtocol(Options.Create(options)));
    }
}
