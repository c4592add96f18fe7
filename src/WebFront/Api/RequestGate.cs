using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Auth;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.RateLimiting;

namespace Chat.WebFront.Api;

/// <summary>Marks a route whose requests are counted: everything below <c>/api</c> that tries no password, and opening a socket.</summary>
internal sealed class CountedRequest
{
    public static CountedRequest Mark { get; } = new();
}

/// <summary>
/// How many requests over HTTP one person may make, or one address where nobody is signed in. Refused at once, never queued. The
/// framework's limiter serves what tries a password; for everybody who opens a socket it would hold a limiter and fill it ten times a
/// second, and a state machine for as long as the socket lives.
/// </summary>
internal sealed class RequestGate(PersonBudgets people, AddressBudgets addresses)
{
    /// <summary>Counts a request of a route that is counted; why it is refused, else null.</summary>
    public ChatError? Refusal(HttpContext context) =>
        !IsCounted(context.GetEndpoint()) || MayPass(context, out var wait) ? null
        : wait is { } after ? new ChatError(ErrorCode.RateLimited, "Too many requests in a short time.", after)
        : Refusals.Busy;

    /// <summary>A limit of its own, which an endpoint may have, takes the place of this one.</summary>
    private static bool IsCounted(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<CountedRequest>() is not null && endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null;

    private bool MayPass(HttpContext context, out TimeSpan? wait)
    {
        var passes = false;
        var after = TimeSpan.Zero;
        if (context.User is TokenPrincipal person)
        {
            passes = people.Of(TokenPrincipal.UserOf(person))?.TryRequest(out after) == true;
        }
        else
        {
            passes = addresses.TryRequest(RequestRates.AddressOf(context), out after);
        }

        // Retry-After has whole seconds; the body says the same.
        wait = after > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Ceiling(after.TotalSeconds)) : null;
        return passes;
    }
}
