using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Hosting;
using Chat.WebFront.Hub;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Auth;

/// <summary>What became of a sign-in: somebody; or why not; or neither, where nobody tried.</summary>
internal readonly record struct SignInOutcome(TokenPrincipal? Principal, ChatError? Refusal);

/// <summary>
/// Signs a request in by its bearer token. A browser's WebSocket cannot send headers, so the hub, and nothing else, takes the
/// token from the query too.
/// </summary>
internal sealed class BearerSignIn(TokenReader reader, IGrainFactory grains)
{
    private const string Bearer = "Bearer ";

    /// <summary>Whose token it is. Where sessions or an issuer's keys cannot be looked up now, the refusal is 1004.</summary>
    public async ValueTask<SignInOutcome> Of(HttpRequest request)
    {
        if (TokenOf(request) is not { Length: > 0 } token)
        {
            return default;
        }

        try
        {
            if (await reader.Read(token) is not { } identity)
            {
                return new(null, Refusals.Unauthenticated);
            }

            return identity.Session is { } session && !await grains.User(identity.User).HasSession(session)
                ? new(null, Refusals.SessionRevoked)
                : new(new TokenPrincipal(identity), null);
        }
        catch (Exception error) when (Outage.Is(error))
        {
            return new(null, Refusals.Unavailable);
        }
    }

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : request.Path.StartsWithSegments(HubRoute.Path) ? request.Query["access_token"].ToString()
            : null;
    }
}
