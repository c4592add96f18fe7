using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.WebFront.Tests.Support;

/// <summary>A small OpenID Connect issuer on this machine: discovery document and keys over http, tokens signed with RS256.</summary>
internal sealed class OutsideIssuer : IAsyncDisposable
{
    public const string Audience = "marketplace";

    private readonly WebApplication _app;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private int _lastKey;
    private bool _broken;

    private OutsideIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>The key it publishes and signs with.</summary>
    public RsaSecurityKey Key { get; private set; } = null!;

    public static async Task<OutsideIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new OutsideIssuer(app);
        issuer.Rotate();
        app.MapGet("/.well-known/openid-configuration", () => issuer._broken
            ? Results.StatusCode(500)
            : Results.Json(new Dictionary<string, object> { ["issuer"] = issuer.Address, ["jwks_uri"] = issuer.Address + "/keys" }));
        app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(issuer.Key.Rsa.ExportParameters(false)) { KeyId = issuer.Key.KeyId });
            return Results.Json(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig" } } });
        });
        await app.StartAsync();
        return issuer;
    }

    /// <summary>Another key in place of the one before; answers that one.</summary>
    public RsaSecurityKey? Rotate()
    {
        var before = Key;
        Key = NewKey($"key-{++_lastKey}");
        return before;
    }

    /// <summary>Whether the documents cannot be had.</summary>
    public void Break(bool broken) => _broken = broken;

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    /// <summary>A token that is right in all that is not said.</summary>
    public string Token(
        string subject,
        string? name = null,
        string? issuer = null,
        string audience = Audience,
        TimeSpan? expiresIn = null,
        TimeSpan? validIn = null,
        SigningCredentials? signing = null,
        Dictionary<string, object>? claims = null)
    {
        claims = new Dictionary<string, object>(claims ?? []) { ["sub"] = subject };
        if (name is not null)
        {
            claims["name"] = name;
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            NotBefore = DateTime.UtcNow + (validIn ?? TimeSpan.Zero),
            Expires = DateTime.UtcNow + (expiresIn ?? TimeSpan.FromHours(1)),
            Claims = claims,
            SigningCredentials = signing ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>The same token, saying that it needs no signature.</summary>
    public string Unsigned(string subject)
    {
        var payload = Token(subject).Split('.')[1];
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{payload}.";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
