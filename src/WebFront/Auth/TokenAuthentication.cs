using System.Text.Encodings.Web;
using Chat.Grains.Shared;
using Chat.WebFront.Api;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Auth;

/// <summary>Signs requests to the REST interface in by bearer token. Refusals have the protocol's shape. The hub has its own door, <see cref="HubSignIn"/>.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    BearerSignIn signIn) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Token";

    private ChatError _refusal = Refusals.Unauthenticated;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var (principal, refusal) = await signIn.Of(Request);
        if (principal is not null)
        {
            return AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName));
        }

        _refusal = refusal ?? _refusal;
        return refusal is null ? AuthenticateResult.NoResult() : AuthenticateResult.Fail(refusal.Message);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Challenge(Context, _refusal);

    /// <summary>Asks for a token, and says why the one at hand does not do.</summary>
    public static Task Challenge(HttpContext context, ChatError refusal)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Refused.Write(context, refusal);
    }

    /// <summary>Only roles forbid: to others the route does not exist.</summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refused.Write(Context, Refusals.NoMethod);
}
