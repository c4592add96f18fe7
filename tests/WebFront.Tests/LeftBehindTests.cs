using System.Runtime.CompilerServices;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Tests.Support;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Tests;

/// <summary>What a connection leaves behind in memory when it is gone.</summary>
public sealed class LeftBehindTests : OutsideIssuerFront
{
    private const string Buyer = "buyer-1";

    [Fact]
    public async Task Grains_that_a_connection_was_the_first_to_call_keep_nothing_of_it()
    {
        await using var owner = await HubClient.Enter(Front.Address, Issuer.Token("owner-1"));
        var store = await Front.Open("store-1", new UserId("owner-1"));
        var conversation = ConversationId.Between(new UserId(Buyer), store).Value;

        var gone = await VisitAndLeave(conversation);
        await Eventually.True(() => Task.FromResult(Front.Service<ConnectionDirectory>().Find(new UserId(Buyer)) is null));

        // The grains are still the same ones: the pushes of a later message go through them.
        await owner.Ok("send", new { conversation, id = Guid.CreateVersion7(), body = "are you still there?" });
        await Eventually.True(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Task.FromResult(!gone.Any(what => what.Value.IsAlive));
            },
            () => "Still held: " + string.Join(", ", gone.Where(what => what.Value.IsAlive).Select(what => what.Key)));
        Assert.NotNull(await Front.Grains.User(new UserId(Buyer)).GetProfile());
    }

    /// <summary>Activates a person by <c>hello</c> and a conversation by <c>send</c>; answers what must not outlive the visit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<Dictionary<string, WeakReference>> VisitAndLeave(string conversation)
    {
        await using var client = await HubClient.Enter(Front.Address, Issuer.Token(Buyer, "Ioana Pop"));
        await client.Ok("send", new { conversation, id = Guid.CreateVersion7(), body = "hello" });
        var gone = Held(Front.Service<ConnectionDirectory>().Find(new UserId(Buyer))!);
        await client.Leave();
        await client.Closed;
        return gone;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Dictionary<string, WeakReference> Held(LocalUser user)
    {
        var connection = user.Connections.Single();
        var hub = HubOf(connection);
        return new Dictionary<string, WeakReference>
        {
            ["the connection"] = new(connection),
            ["the hub's connection"] = new(hub),
            ["the request"] = new(hub.Features.Get<IHttpContextFeature>()!.HttpContext!),
        };
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "context")]
    private static extern ref HubConnectionContext HubOf(ClientConnection connection);
}
