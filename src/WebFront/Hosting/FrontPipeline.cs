using Chat.Grains.Shared;
using Chat.WebFront.Api;
using Chat.WebFront.Auth;
using Chat.WebFront.Connections;
using Chat.WebFront.Hub;
using Chat.WebFront.Operator;
using Chat.WebFront.Options;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Hosting;

/// <summary>The way of a request through a front end.</summary>
internal static class FrontPipeline
{
    /// <summary>
    /// Only our own scripts and styles, nothing framed, nothing sent elsewhere. <c>ws:</c> beside <c>'self'</c> because not
    /// every browser counts a WebSocket to the page's own host as its own.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'";

    public static void UseFront(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<FrontOptions>>().Value;
        app.UseMiddleware<ApiTracing>();
        app.UseMiddleware<FaultGuard>();
        app.Use(SecurityHeaders);
        app.UseMiddleware<OriginCheck>();
        app.UseWhen(IsHub, hub => hub.Use(RefuseWhileDraining));

        // A socket is no file, and what wraps its answer to compress it would live as long as the socket.
        app.UseWhen(static context => !IsHub(context), static pages =>
        {
            pages.UseResponseCompression();
            pages.UseClientFiles();
        });
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseMiddleware<RequestGate>();
        app.UseRateLimiter();
        app.UseAuthorization();

        app.MapHub<ChatHub>(HubRoute.Path, hub =>
        {
            hub.Transports = HttpTransportType.WebSockets;
            hub.WebSockets.CloseTimeout = Limits.LinkCloseWithin;
            hub.ApplicationMaxBufferSize = Limits.PipeBytesMax;
            hub.TransportMaxBufferSize = Limits.PipeBytesMax;
        }).WithMetadata(CountedRequest.Mark);
        var api = app.MapGroup("/api").WithMetadata(CountedRequest.Mark);
        AccountEndpoints.Map(api, options.Auth);
        OrderEndpoints.Map(api);
        ReviewEndpoints.Map(api);
        ModerationEndpoints.Map(api);
        ReportEndpoint.Map(api, options.Marketplace);
        OperatorEndpoints.Map(api);
        ClusterEndpoint.Map(api);
        MarketEndpoints.Map(api);
        app.MapOpenApi();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        app.MapClientRoutes();
    }

    private static bool IsHub(HttpContext context) => context.Request.Path.StartsWithSegments(HubRoute.Path);

    /// <summary>A link made now would be cut in a moment; the client tries the next address at once.</summary>
    private static Task RefuseWhileDraining(HttpContext context, RequestDelegate next) =>
        context.RequestServices.GetRequiredService<FrontDrain>().IsDraining ? Refused.Write(context, Refusals.Unavailable) : next(context);

    private static Task SecurityHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        return next(context);
    }
}
