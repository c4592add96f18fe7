using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Chat.Bench.SignalR;

/// <summary>Checks tokens of the bench's issuer: signature and time, as every peer does.</summary>
internal sealed class TokenReader(ECDsa key)
{
    /// <summary>The user, or null for a token that is not good.</summary>
    public string? UserOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        if (!key.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256))
        {
            return null;
        }

        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        return claims.RootElement.GetProperty("exp").GetInt64() > DateTimeOffset.UtcNow.ToUnixTimeSeconds()
            ? claims.RootElement.GetProperty("sub").GetString()
            : null;
    }
}

/// <summary>Makes the bearer of a token the request's user; turns everybody else away.</summary>
internal sealed class SignIn(RequestDelegate next, TokenReader tokens)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.Ordinal) || tokens.UserOf(header[Scheme.Length..]) is not { } user)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "Bearer"));
        return next(context);
    }
}
