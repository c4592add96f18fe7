using Chat.WebFront.Hosting;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Api;

/// <summary>Turns what no endpoint expected into the protocol's errors: unreachable storage or cluster is 503, the rest 500 and a log line.</summary>
internal sealed partial class FaultGuard(RequestDelegate next, ILogger<FaultGuard> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception error) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var unavailable = Outage.Is(error);
            if (unavailable)
            {
                LogUnavailable(context.Request.Method, context.Request.Path, error);
            }
            else
            {
                LogFault(context.Request.Method, context.Request.Path, error);
            }

            await Refused.Write(context, unavailable ? Refusals.Unavailable : Refusals.Internal);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Method} {Path} could not be answered: cluster or storage unreachable")]
    private partial void LogUnavailable(string method, string path, Exception error);

    [LoggerMessage(2, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFault(string method, string path, Exception error);
}
