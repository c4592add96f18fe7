using System.Globalization;
using System.Security.Claims;
using Chat.Grains.Shared;
using Chat.WebFront.Options;

namespace Chat.WebFront.Auth;

/// <summary>A valid token as ASP.NET Core carries it through a request and a connection.</summary>
internal static class TokenPrincipal
{
    private const string UserClaim = "sub";
    private const string NameClaim = "name";
    private const string SessionClaim = "sid";
    private const string ExpiryClaim = "exp";
    private const string RoleClaim = "role";

    public static ClaimsPrincipal Of(TokenIdentity identity, string scheme)
    {
        var claims = new List<Claim>
        {
            new(UserClaim, identity.User.Value),
            new(ExpiryClaim, identity.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        };
        if (identity.Name is { } name)
        {
            claims.Add(new Claim(NameClaim, name));
        }

        if (identity.Session is { } session)
        {
            claims.Add(new Claim(SessionClaim, session));
        }

        claims.AddRange(identity.Roles.Select(static role => new Claim(RoleClaim, role.ToString())));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, NameClaim, roleType: null));
    }

    public static UserId UserOf(ClaimsPrincipal principal) => new(principal.FindFirst(UserClaim)!.Value);

    public static TokenIdentity IdentityOf(ClaimsPrincipal principal) => new(
        UserOf(principal),
        principal.FindFirst(NameClaim)?.Value,
        principal.FindFirst(SessionClaim)?.Value,
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(principal.FindFirst(ExpiryClaim)!.Value, CultureInfo.InvariantCulture)),
        [.. principal.FindAll(RoleClaim).Select(static claim => Enum.Parse<StaffRole>(claim.Value))]);
}
