using System.Security.Claims;
using Chat.Grains.Shared;

namespace Chat.WebFront.Auth;

/// <summary>
/// Somebody whose token was found valid, as ASP.NET Core carries them through a request and a connection. Without claims: each is an
/// object that lives as long as the socket, and everybody here asks for <see cref="TokenIdentity"/>.
/// </summary>
internal sealed class TokenPrincipal(TokenIdentity token) : ClaimsPrincipal(SignedIn)
{
    /// <summary>Says that somebody is signed in, and how; the same for all.</summary>
    private static readonly ClaimsIdentity SignedIn = new(TokenAuthentication.SchemeName);

    /// <summary>What their token says. Throws for a principal that no token of a request made.</summary>
    public static TokenIdentity IdentityOf(ClaimsPrincipal principal) => ((TokenPrincipal)principal).Token;

    /// <summary>Who they are. Throws as <see cref="IdentityOf"/> does.</summary>
    public static UserId UserOf(ClaimsPrincipal principal) => IdentityOf(principal).User;

    private TokenIdentity Token => token;
}
