using System.Threading.RateLimiting;
using Chat.Grains.Shared;
using Chat.WebFront.Auth;
using Chat.WebFront.Options;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Api;

/// <summary>
/// How many requests over HTTP one person may make, and one address: whatever tries a password by address, everything else by
/// person, or by address where nobody is signed in. Refused at once, never queued.
/// </summary>
internal static class RequestRates
{
    /// <summary>Everything below <c>/api</c> that tries no password, and opening a socket.</summary>
    public const string PolicyName = "requests";

    /// <summary>Behind one address there may be many people.</summary>
    private const int PeopleOfAnAddress = 10;

    public static void Add(RateLimiterOptions limiter)
    {
        limiter.OnRejected = (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1);
            var policy = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;
            return new ValueTask(Refused.Write(context.HttpContext, policy == AccountEndpoints.AttemptsPolicy
                ? new ChatError(ErrorCode.TooManyAttempts, "Too many attempts from this address.", wait)
                : new ChatError(ErrorCode.RateLimited, "Too many requests in a short time.", wait)));
        };
        limiter.AddPolicy(AccountEndpoints.AttemptsPolicy, context => RateLimitPartition.GetTokenBucketLimiter(
            AddressOf(context),
            _ => AttemptsOf(context.RequestServices.GetRequiredService<IOptions<FrontOptions>>().Value.Auth)));
        limiter.AddPolicy(PolicyName, context =>
        {
            var policy = context.RequestServices.GetRequiredService<IOptions<Policy>>().Value;
            return context.User.Identity?.IsAuthenticated == true
                ? RateLimitPartition.GetTokenBucketLimiter("user " + TokenPrincipal.IdentityOf(context.User).User.Value, _ => RequestsOf(policy, 1))
                : RateLimitPartition.GetTokenBucketLimiter("address " + AddressOf(context), _ => RequestsOf(policy, PeopleOfAnAddress));
        });
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? string.Empty;

    private static TokenBucketRateLimiterOptions AttemptsOf(AuthOptions auth) => new()
    {
        TokenLimit = auth.AttemptsBurst,
        TokensPerPeriod = auth.AttemptsPerMinute,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    };

    private static TokenBucketRateLimiterOptions RequestsOf(Policy policy, int people) => new()
    {
        TokenLimit = policy.RequestBurst * people,
        TokensPerPeriod = policy.RequestsPerSecond * people,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}
