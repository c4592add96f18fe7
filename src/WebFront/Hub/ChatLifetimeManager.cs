using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Hub;

/// <summary>
/// Hands the hub its raw connection. Groups and users of SignalR are not used: <see cref="Connections.ConnectionDirectory"/>
/// knows who is where, and writes to connections itself.
/// </summary>
internal sealed class ChatLifetimeManager(ILogger<DefaultHubLifetimeManager<ChatHub>> logger) : DefaultHubLifetimeManager<ChatHub>(logger)
{
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        // Not among its Items: those are a map made for whoever asks for it, and nobody else does.
        connection.Features.Set(connection);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection) => Task.CompletedTask;
}
