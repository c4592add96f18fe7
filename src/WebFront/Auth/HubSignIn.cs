using Chat.WebFront.Api;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Auth;

/// <summary>
/// The hub's door: only who is signed in gets through to the socket. Instead of the framework's authentication and authorization, whose handler,
/// ticket and waiting state machines would be kept for as long as the socket lives; nothing here is, where the answer is known at once.
/// </summary>
internal sealed partial class HubSignIn(RequestDelegate next, BearerSignIn signIn, RequestGate gate, ILogger<HubSignIn> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var asked = signIn.Of(context.Request);
        return asked.IsCompletedSuccessfully ? Enter(context, asked.Result) : Wait(context, asked);
    }

    private async Task Wait(HttpContext context, ValueTask<SignInOutcome> asked)
    {
        SignInOutcome outcome;
        try
        {
            outcome = await asked;
        }
        catch (Exception error)
        {
            LogFault(error);
            outcome = new(null, Refusals.Internal);
        }

        await Enter(context, outcome);
    }

    private Task Enter(HttpContext context, SignInOutcome outcome)
    {
        if (outcome.Principal is { } principal)
        {
            context.User = principal;
        }

        return gate.Refusal(context) is { } tooMany ? Refused.Write(context, tooMany)
            : outcome.Principal is not null ? next(context)
            : TokenAuthentication.Challenge(context, outcome.Refusal ?? Refusals.Unauthenticated);
    }

    [LoggerMessage(1, LogLevel.Error, "Signing a socket in failed")]
    private partial void LogFault(Exception error);
}
