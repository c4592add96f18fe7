using Microsoft.AspNetCore.SignalR;

namespace Chat.Bench.SignalR;

/// <summary>What a client is told. SignalR implements it, so it must be seen.</summary>
public interface IMessageClient
{
    Task Message(string sender, Guid id, string body);

    Task Presence(string store, string status);
}

/// <summary>
/// Stores a message, hands it to the recipient's connections, answers. A group for each user: sending to a user
/// (Clients.User) would look at every connection of the process.
/// </summary>
internal sealed class MessageHub(IMessageStore store) : Hub<IMessageClient>
{
    public override Task OnConnectedAsync() => Groups.AddToGroupAsync(Context.ConnectionId, "user:" + Context.UserIdentifier);

    /// <summary>Ends after the commit.</summary>
    public async Task Send(string to, Guid id, string body)
    {
        var sender = Context.UserIdentifier!;
        await store.Add(new StoredMessage(sender, to, id, body));
        await Clients.Group("user:" + to).Message(sender, id, body);
    }

    /// <summary>The caller hears of these stores from now on.</summary>
    public async Task Watch(string[] stores)
    {
        foreach (var one in stores)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, "presence:" + one);
        }
    }

    /// <summary>Tells all watchers at once, each change by itself.</summary>
    public Task SetPresence(string store, string status) => Clients.Group("presence:" + store).Presence(store, status);
}
