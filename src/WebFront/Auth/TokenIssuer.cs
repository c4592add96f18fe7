using System.Security.Cryptography;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Orleans;

namespace Chat.WebFront.Auth;

/// <summary>Opens sessions and makes their tokens.</summary>
internal sealed class TokenIssuer(IGrainFactory grains, SigningKeys keys, TimeProvider time, IOptions<Policy> policy)
{
    private const int SessionBytes = 16;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>A new session of a user who has proved who they are.</summary>
    public Task<SessionWire> Open(UserId user, string name) => Extend(user, name, Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(SessionBytes)));

    /// <summary>A new token for a session, known or new.</summary>
    public async Task<SessionWire> Extend(UserId user, string name, string session)
    {
        // Whole seconds: that is what a token can say.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var expiresAt = now + policy.Value.TokenLife;
        await grains.User(user).OpenSession(session, expiresAt);
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenReader.OwnIssuer,
            Audience = TokenReader.OwnIssuer,
            IssuedAt = now.UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = user.Value, ["name"] = name, ["sid"] = session },
            SigningCredentials = new SigningCredentials(await keys.Get(), SecurityAlgorithms.HmacSha256),
        });
        return new SessionWire(token, expiresAt.ToWire(), new PersonWire(user.Value, name));
    }
}
