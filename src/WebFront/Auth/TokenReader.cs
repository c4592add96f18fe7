using System.Security.Cryptography;
using System.Text;
using Chat.Grains.Shared;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Chat.WebFront.Auth;

/// <summary>Checks access tokens: our own, and those of the outside issuer where one is configured.</summary>
internal sealed class TokenReader
{
    /// <summary>Names us in our own tokens, as issuer and as audience.</summary>
    public const string OwnIssuer = "chat";

    /// <summary>Clocks of another issuer may differ by this much. Our own tokens get no grace.</summary>
    private static readonly TimeSpan OutsideSkew = TimeSpan.FromSeconds(30);

    /// <summary>A key we do not know makes us ask the issuer again, at most this often.</summary>
    private static readonly TimeSpan KeysEvery = TimeSpan.FromSeconds(30);

    private readonly SigningKeys _keys;
    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters? _outside;
    private readonly string? _rolesClaim;

    public TokenReader(SigningKeys keys, TimeProvider time, IOptions<FrontOptions> options)
    {
        _keys = keys;
        _time = time;
        _rolesClaim = options.Value.Auth.RolesClaim;
        _outside = options.Value.Auth is { Authority: { } authority } auth ? Outside(authority, auth) : null;
    }

    /// <summary>
    /// Who a token speaks for, or null when it is not valid now. Throws <see cref="TimeoutException"/> while the outside
    /// issuer's keys were never had and cannot be had: that says nothing about the token.
    /// </summary>
    public async Task<TokenIdentity?> Read(string token)
    {
        // Only chooses the rules; nothing of the token is believed before they were applied.
        if (Parse(token) is not { } parsed)
        {
            return null;
        }

        var own = parsed.Issuer == OwnIssuer;
        var rules = own ? Own(await _keys.Get()) : _outside;
        if (rules is null)
        {
            return null;
        }

        if (rules.ConfigurationManager is { } issuerKeys)
        {
            await Reach(issuerKeys);
        }

        var result = await _handler.ValidateTokenAsync(parsed, rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt || string.IsNullOrEmpty(jwt.Subject))
        {
            return null;
        }

        var session = Claim(jwt, "sid");
        if (own && session is null)
        {
            return null;
        }

        return new TokenIdentity(
            UserOf(jwt.Subject),
            Claim(jwt, "name"),
            own ? session : null,
            new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero),
            own || _rolesClaim is null ? [] : RolesOf(jwt, _rolesClaim));
    }

    /// <summary>
    /// The user of an issuer's subject: itself when it can be an id, else <c>x-</c> and its SHA-256 in base32, so that
    /// different subjects are different users.
    /// </summary>
    public static UserId UserOf(string subject)
    {
        if (UserId.TryParse(subject, out var user))
        {
            return user;
        }

        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        var text = new StringBuilder("x-");
        var (bits, count) = (0, 0);
        foreach (var b in SHA256.HashData(Encoding.UTF8.GetBytes(subject)))
        {
            bits = (bits << 8) | b;
            for (count += 8; count >= 5; count -= 5)
            {
                text.Append(Alphabet[(bits >> (count - 5)) & 31]);
            }

            bits &= (1 << count) - 1;
        }

        return new UserId(text.Append(Alphabet[(bits << (5 - count)) & 31]).ToString());
    }

    private JsonWebToken? Parse(string token)
    {
        try
        {
            return _handler.CanReadToken(token) ? _handler.ReadJsonWebToken(token) : null;
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static async Task Reach(BaseConfigurationManager issuerKeys)
    {
        try
        {
            await issuerKeys.GetBaseConfigurationAsync(CancellationToken.None);
        }
        catch (InvalidOperationException error)
        {
            throw new TimeoutException("The issuer's keys cannot be had.", error);
        }
    }

    /// <summary>A list is as many claims of one name as it has entries.</summary>
    private static StaffRole[] RolesOf(JsonWebToken jwt, string claim) =>
    [
        .. jwt.Claims.Where(said => said.Type == claim)
            .SelectMany(said => said.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(StaffMember.RoleOf).OfType<StaffRole>().Distinct(),
    ];

    private static string? Claim(JsonWebToken jwt, string name) => jwt.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private TokenValidationParameters Own(SecurityKey key) => new()
    {
        ValidIssuer = OwnIssuer,
        ValidAudience = OwnIssuer,
        IssuerSigningKey = key,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ClockSkew = TimeSpan.Zero,
        LifetimeValidator = IsAlive,
    };

    private TokenValidationParameters Outside(string authority, AuthOptions auth)
    {
        var metadata = auth.MetadataAddress ?? authority.TrimEnd('/') + "/.well-known/openid-configuration";
        return new TokenValidationParameters
        {
            ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                metadata,
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = !new Uri(metadata).IsLoopback })
            {
                RefreshInterval = KeysEvery,

                // A key that the issuer withdrew is not good for another hour.
                UseLastKnownGoodConfiguration = false,
            },
            ValidAudience = auth.Audience,
            ValidAlgorithms =
            [
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
            ],
            ClockSkew = OutsideSkew,
            LifetimeValidator = IsAlive,
        };
    }

    /// <summary>By the process's own clock, which tests can move.</summary>
    private bool IsAlive(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters rules)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + rules.ClockSkew && (from is not { } start || now >= start - rules.ClockSkew - OutsideSkew);
    }
}
