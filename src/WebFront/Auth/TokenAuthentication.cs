using System.Text.Encodings.Web;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Api;
using Chat.WebFront.Hosting;
using Chat.WebFront.Hub;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Auth;

/// <summary>
/// Signs requests in by bearer token. A browser's WebSocket cannot send headers, so the hub, and nothing else, takes the
/// token from the query too. Refusals have the protocol's shape.
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    TokenReader reader,
    IGrainFactory grains) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Token";

    private const string Bearer = "Bearer ";

    private ChatError _refusal = Refusals.Unauthenticated;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Token() is not { Length: > 0 } token)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            if (await reader.Read(token) is not { } identity)
            {
                return AuthenticateResult.Fail("The token is not valid.");
            }

            if (identity.Session is { } session && !await grains.User(identity.User).HasSession(session))
            {
                _refusal = Refusals.SessionRevoked;
                return AuthenticateResult.Fail("The session ended.");
            }

            return AuthenticateResult.Success(new AuthenticationTicket(TokenPrincipal.Of(identity, SchemeName), SchemeName));
        }
        catch (Exception error) when (Outage.Is(error))
        {
            _refusal = Refusals.Unavailable;
            return AuthenticateResult.Fail("Sessions cannot be looked up now.");
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Refused.Write(Context, _refusal);
    }

    /// <summary>Only roles forbid: to others the route does not exist.</summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refused.Write(Context, Refusals.NoMethod);

    private string? Token()
    {
        var header = Request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : Request.Path.StartsWithSegments(HubRoute.Path) ? Request.Query["access_token"].ToString()
            : null;
    }
}
