using System.Text;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Auth;
using Chat.WebFront.Options;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Api;

/// <summary>Registration, sign-in and sessions: docs/protocol.md part 8.</summary>
internal static class AccountEndpoints
{
    /// <summary>The rate limit by address of everything that tries a password.</summary>
    public const string AttemptsPolicy = "attempts";

    private static readonly ChatError NameTaken = new(ErrorCode.NameTaken, "An account of that name exists.");
    private static readonly ChatError OutsideSession = new(ErrorCode.BadRequest, "This session belongs to the issuer of the token.");

    public static void Map(IEndpointRouteBuilder api, AuthOptions auth)
    {
        if (auth.HasAccounts)
        {
            api.MapPost("/accounts", Register).RequireRateLimiting(AttemptsPolicy).WithSummary("Register")
                .Accepts<RegisterWire>("application/json").Produces<SessionWire>().Produces<RefusalWire>(400).Produces<RefusalWire>(409).Produces<RefusalWire>(429);
            api.MapPost("/sessions", SignIn).RequireRateLimiting(AttemptsPolicy).WithSummary("Sign in")
                .Accepts<SignInWire>("application/json").Produces<SessionWire>().Produces<RefusalWire>(401).Produces<RefusalWire>(429);
        }

        api.MapDelete("/sessions/current", SignOut).RequireAuthorization().WithSummary("Sign out, closing every socket of the session")
            .Produces(204).Produces<RefusalWire>(401);
        api.MapPost("/sessions/current/renew", Renew).RequireAuthorization().WithSummary("A new token for the same session")
            .Produces<SessionWire>().Produces<RefusalWire>(401);
    }

    private static async Task<IResult> Register(
        HttpContext context, IGrainFactory grains, Passwords passwords, TokenIssuer tokens, StaffRoles staff)
    {
        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var name = reader.Text("name");
        var displayName = reader.Text("displayName").Trim();
        var password = reader.Text("password");
        var refusal = malformed ?? reader.Error ?? CheckNames(name, displayName) ?? Passwords.Check(password);
        if (refusal is not null)
        {
            return Refused.Result(refusal);
        }

        var user = new UserId(name);
        if (staff.IsReserved(user))
        {
            return Refused.Result(NameTaken);
        }

        if (passwords.IsBusy)
        {
            return Refused.Result(Refusals.Busy);
        }

        var account = await grains.Account(user).Register(await passwords.Hash(password));
        if (!account.IsOk)
        {
            return Refused.Result(account.Error);
        }

        var profile = await grains.User(user).SetProfile(displayName);
        return profile.IsOk
            ? Results.Json(await tokens.Open(user, profile.Value.DisplayName), WireJson.Rules)
            : Refused.Result(profile.Error);
    }

    private static async Task<IResult> SignIn(HttpContext context, IGrainFactory grains, Passwords passwords, TokenIssuer tokens)
    {
        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var name = reader.Text("name").Trim().ToLowerInvariant();
        var password = reader.Text("password");
        if ((malformed ?? reader.Error) is { } refusal)
        {
            return Refused.Result(refusal);
        }

        if (passwords.IsBusy)
        {
            return Refused.Result(Refusals.Busy);
        }

        if (!UserId.TryParse(name, out var user))
        {
            await passwords.Verify(null, password);
            return Refused.Result(Refusals.BadCredentials);
        }

        var account = await grains.Account(user).BeginAttempt();
        if (account.Error is { Code: not ErrorCode.BadCredentials } other)
        {
            return Refused.Result(other);
        }

        var (fits, newer) = await passwords.Verify(account.Value?.PasswordHash, password);
        if (!fits)
        {
            return Refused.Result(Refusals.BadCredentials);
        }

        await grains.Account(user).AttemptSucceeded(newer);
        var profile = await grains.User(user).GetProfile();
        if (profile is null)
        {
            // Registration died between taking the name and writing the profile.
            await grains.User(user).SetProfile(user.Value);
        }

        return Results.Json(await tokens.Open(user, profile?.DisplayName ?? user.Value), WireJson.Rules);
    }

    private static async Task<IResult> SignOut(HttpContext context, IGrainFactory grains)
    {
        var me = TokenPrincipal.IdentityOf(context.User);
        if (me.Session is not { } session)
        {
            return Refused.Result(OutsideSession);
        }

        await grains.User(me.User).CloseSession(session);
        return Results.NoContent();
    }

    private static async Task<IResult> Renew(HttpContext context, IGrainFactory grains, TokenIssuer tokens)
    {
        var me = TokenPrincipal.IdentityOf(context.User);
        if (me.Session is not { } session)
        {
            return Refused.Result(OutsideSession);
        }

        var profile = await grains.User(me.User).GetProfile();
        return Results.Json(await tokens.Extend(me.User, profile?.DisplayName ?? me.User.Value, session), WireJson.Rules);
    }

    /// <summary>Before the name is taken: a refusal afterwards would leave it taken for nothing.</summary>
    private static ChatError? CheckNames(string name, string displayName)
    {
        if (!UserId.TryParse(name, out _))
        {
            return new ChatError(ErrorCode.BadName, $"An account name has 1 to {IdText.CharsMax} of a-z, 0-9, '.', '_' and '-', first a letter or digit.", Limit: IdText.CharsMax);
        }

        var codePoints = 0;
        foreach (var rune in displayName.EnumerateRunes())
        {
            codePoints++;
            if (Rune.IsControl(rune))
            {
                return new ChatError(ErrorCode.BadName, "A display name cannot hold control characters.");
            }
        }

        return codePoints is 0 or > Limits.DisplayNameCodePointsMax
            ? new ChatError(ErrorCode.BadName, $"A display name has 1 to {Limits.DisplayNameCodePointsMax} characters.", Limit: Limits.DisplayNameCodePointsMax)
            : null;
    }
}

/// <summary>What registration takes.</summary>
internal sealed record RegisterWire(string Name, string DisplayName, string Password);

/// <summary>What sign-in takes.</summary>
internal sealed record SignInWire(string Name, string Password);
