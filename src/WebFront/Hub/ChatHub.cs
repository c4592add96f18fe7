using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Auth;
using Chat.WebFront.Connections;
using Chat.WebFront.Hosting;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Orleans;

namespace Chat.WebFront.Hub;

/// <summary>
/// The methods of docs/protocol.md part 4. Each reads its one argument strictly, proves what the caller may do, asks a
/// grain and maps the answer. Conversations are in ChatHub.Conversations.cs, presence in ChatHub.Presence.cs.
/// </summary>
internal sealed partial class ChatHub(HubServices services) : Microsoft.AspNetCore.SignalR.Hub
{
    private const int ProtocolVersion = 1;

    private ClientConnection Connection => Context.Features.Get<ClientConnection>()!;

    private IGrainFactory Grains => services.Grains;

    public override Task OnConnectedAsync()
    {
        ForgetRequest(Context.GetHttpContext());
        var raw = Context.Features.Get<HubConnectionContext>()!;
        var identity = TokenPrincipal.IdentityOf(Context.User!);
        var (budget, sockets) = services.Budgets.Enter(identity.User);
        var peer = new PeerSigns(Context.GetHttpContext()?.Features.Get<IConnectionSocketFeature>()?.Socket);
        var connection = new ClientConnection(raw, identity, budget, peer, services.Time, services.Metrics);
        Context.Features.Set(connection);
        services.Expiry.Add(connection);
        services.Directory.Meet(connection);
        services.Figures.Opened();
        if (budget is not null && budget.IsKeptAway(out var left))
        {
            connection.Close(ClosingCode.Flooding, left);
        }
        else if (sockets > Limits.SocketsPerUserMax)
        {
            connection.Close(ClosingCode.TooManyConnections);
        }

        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Features.Get<ClientConnection>() is { } connection)
        {
            connection.End();
            services.Figures.Ended();
            if (connection.Budget is { } budget)
            {
                services.Budgets.Leave(budget);
            }

            services.Expiry.Remove(connection);
            services.Watches.Leave(connection);
            foreach (var recipient in services.Directory.Leave(connection))
            {
                _ = services.Leases.Settle(recipient);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>First call: registers the connection, so that no push made after the answer is missed, and resumes from the positions it brings. Errors: 1001, 1003, 1004, 2007, 4001.</summary>
    public async Task<object> Hello(JsonElement request)
    {
        var reader = new RequestReader(request);
        var protocol = reader.Integer("protocol", 0, int.MaxValue);
        var device = reader.Text("device");
        var active = reader.Flag("active");
        var probe = reader.OptionalFlag("probe");
        var held = Positions(ref reader, reader.OptionalList("positions", Limits.ResumePositionsMax));
        if (reader.Error is { } error)
        {
            return error.ToReply();
        }

        if (protocol != ProtocolVersion)
        {
            return new ChatError(ErrorCode.UnsupportedProtocol, $"This server speaks version {ProtocolVersion}.", Limit: ProtocolVersion).ToReply();
        }

        if (!Guid.TryParseExact(device, "D", out _))
        {
            return new ChatError(ErrorCode.BadRequest, "'device' is not a UUID.").ToReply();
        }

        Connection.AnswersProbes = probe;
        return await Register(active, held);
    }

    /// <summary>The answer to a <c>probe</c>: this client reads. That it calls at all is what counts (<see cref="ReadWatch"/>).</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "SignalR finds methods of instances only.")]
    public object Here(JsonElement request) => TryMe(out _) ? DoneReply.Value : Refusals.HelloFirst.ToReply();

    /// <summary>
    /// Where calls go that name no method or have the wrong arguments; see <see cref="HubWireProtocol"/>.
    /// </summary>
    [HubMethodName(HubWireProtocol.RefuseTarget)]
    [SuppressMessage("Performance", "CA1822", Justification = "SignalR finds methods of instances only.")]
    public object Refuse(int code, string message) => new RefusedCall(new ChatError((ErrorCode)code, message));

    private async Task<object> Register(bool active, List<(ConversationId Conversation, long Change)>? held)
    {
        var connection = Connection;
        if (services.Directory.Join(connection) is not { } user)
        {
            connection.Close(ClosingCode.TooManyConnections);
            return new ChatError(ErrorCode.TooMany, "This user holds too many connections.", Limit: Limits.ConnectionsPerUserMax).ToReply();
        }

        user.SetActive(connection, active, services.Time.GetUtcNow());
        var arrival = await services.Rights.Arrive(user, connection.Identity.Session);
        if (!arrival.HasSession)
        {
            connection.Close(ClosingCode.SessionRevoked);
            return Refusals.SessionRevoked.ToReply();
        }

        if (arrival.Profile is null)
        {
            await Introduce(user);
        }

        connection.User = user;
        services.Presence.ReportStoresOf(user);

        // Only now: what is stored from here on is pushed, so that nothing falls in between.
        var resumed = held is null ? null : await TryResume(user, held);
        return new HelloReply(
            new PersonWire(user.Id.Value, user.Name),
            Memberships.ToWire(user.Stores),
            services.Database.Epoch,
            services.Time.GetUtcNow().ToWire(),
            new LimitsWire(
                Limits.BodyCodePointsMax,
                Limits.ResumeChangesMax,
                (int)TypingThrottle.Every.TotalMilliseconds,
                (int)TypingThrottle.Gone.TotalMilliseconds),
            resumed);
    }

    /// <summary>
    /// What asked for the socket is kept by the server for as long as that lives, the token above all: nobody needs it any more, and it
    /// is a good part of what an idle connection weighs.
    /// </summary>
    private static void ForgetRequest(HttpContext? http)
    {
        if (http is not null)
        {
            // One by one: clearing them all only hides them, for the next request of a connection that is none any more.
            var headers = http.Request.Headers;
            foreach (var name in headers.Keys.ToArray())
            {
                headers.Remove(name);
            }

            http.Request.QueryString = default;
            http.Features.Set<IQueryFeature>(null);
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = HubRoute.Path;
        }
    }

    /// <summary>Null when it cannot be answered now: the client is in all the same, and asks by itself.</summary>
    private async Task<IReadOnlyList<ResumeAnswerWire>?> TryResume(LocalUser user, List<(ConversationId Conversation, long Change)> held)
    {
        try
        {
            return (await ResumeFrom(user, held) as ResumeReply)?.Conversations;
        }
        catch (Exception error) when (Outage.Is(error))
        {
            return null;
        }
    }

    /// <summary>A person an outside issuer vouches for, met for the first time.</summary>
    private async Task Introduce(LocalUser user)
    {
        var profile = await Grains.User(user.Id).SetProfile(Connection.Identity.Name ?? user.Id.Value);
        user.Name = profile.IsOk ? profile.Value.DisplayName : user.Id.Value;
    }

    /// <summary>The caller, once <c>hello</c> was answered.</summary>
    private bool TryMe(out LocalUser me)
    {
        me = Connection.User!;
        return me is not null;
    }
}
