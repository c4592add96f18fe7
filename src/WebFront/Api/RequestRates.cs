using System.Threading.RateLimiting;
using Chat.Grains.Shared;
using Chat.WebFront.Options;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Api;

/// <summary>The framework's limiter for whatever tries a password, by address. Refused at once, never queued.</summary>
internal static class RequestRates
{
    public static void Add(RateLimiterOptions limiter)
    {
        limiter.OnRejected = (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1);
            return new ValueTask(Refused.Write(
                context.HttpContext, new ChatError(ErrorCode.TooManyAttempts, "Too many attempts from this address.", wait)));
        };
        limiter.AddPolicy(AccountEndpoints.AttemptsPolicy, context => RateLimitPartition.GetTokenBucketLimiter(
            AddressOf(context),
            _ => AttemptsOf(context.RequestServices.GetRequiredService<IOptions<FrontOptions>>().Value.Auth)));
    }

    /// <summary>The address a request came from.</summary>
    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? string.Empty;

    private static TokenBucketRateLimiterOptions AttemptsOf(AuthOptions auth) => new()
    {
        TokenLimit = auth.AttemptsBurst,
        TokensPerPeriod = auth.AttemptsPerMinute,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    };
}
