using System.Diagnostics;
using Chat.Grains.Shared;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Api;

/// <summary>Refusals over HTTP: the protocol's error object with a fitting status.</summary>
internal static class Refused
{
    /// <summary>The header that names a fault of ours as its log lines do: they carry the same trace id.</summary>
    public const string CorrelationId = "X-Correlation-Id";

    public static IResult Result(ChatError error) => new RefusedResult(error);

    public static async Task Write(HttpContext context, ChatError error)
    {
        context.Response.StatusCode = Status(error.Code);
        context.RequestServices.GetRequiredService<FrontMetrics>().Refused(error.Code);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            context.Response.Headers[CorrelationId] = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        }

        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsJsonAsync(error.ToReply(), WireJson.Rules);
    }

    private static int Status(ErrorCode code) => code switch
    {
        ErrorCode.Internal => StatusCodes.Status500InternalServerError,
        ErrorCode.Unavailable or ErrorCode.OutcomeUnknown or ErrorCode.Busy => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.Unauthenticated or ErrorCode.BadCredentials or ErrorCode.SessionRevoked
            or ErrorCode.BadSignature or ErrorCode.StaleReport => StatusCodes.Status401Unauthorized,
        ErrorCode.OriginRefused => StatusCodes.Status403Forbidden,
        ErrorCode.UnknownMethod or ErrorCode.ConversationNotFound or ErrorCode.StoreNotFound or ErrorCode.ProductNotFound
            or ErrorCode.OrderNotFound or ErrorCode.ReviewNotFound => StatusCodes.Status404NotFound,
        ErrorCode.NameTaken or ErrorCode.IdConflict or ErrorCode.OrderWrongState or ErrorCode.OrderChanged
            or ErrorCode.ReviewExists or ErrorCode.ReviewLocked or ErrorCode.ReplyExists or ErrorCode.NotHeld => StatusCodes.Status409Conflict,
        ErrorCode.TooManyAttempts or ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status400BadRequest,
    };

    private sealed class RefusedResult(ChatError error) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext, error);
    }
}
