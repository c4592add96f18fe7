using Chat.Grains.Telemetry;

namespace Chat.WebFront.Telemetry;

/// <summary>
/// A span around each request to the REST interface, which begins a trace: what a stranger's <c>traceparent</c> says is not
/// followed, or anybody could have their requests kept.
/// </summary>
internal sealed class ApiTracing(RequestDelegate next)
{
    private static readonly PathString Api = "/api";

    public Task InvokeAsync(HttpContext context) =>
        ChatTracing.IsOn && context.Request.Path.StartsWithSegments(Api) ? Traced(context) : next(context);

    private async Task Traced(HttpContext context)
    {
        using var span = ChatTracing.BeginTrace(ChatTracing.ApiPrefix + context.Request.Method.ToLowerInvariant());
        await next(context);
        if (span is not null)
        {
            // The route, not the address: addresses hold ids.
            span.SetTag("http.route", (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
            span.SetTag("http.response.status_code", context.Response.StatusCode);
        }
    }
}
