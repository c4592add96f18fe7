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
        app.Use(SecurityHeaders);
        app.MapWhen(static context => context.Request.Path.StartsWithSegments(HubRoute.Path), UseHub);
        app.Use(PageHeaders);
        app.UseMiddleware<FaultGuard>();
        app.UseResponseCompression();
        app.UseClientFiles();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.Use(CountRequest);
        app.UseRateLimiter();
        app.UseAuthorization();

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

    /// <summary>
    /// A socket's way is its own and short. Whatever waits on it for the end of the request waits for as long as the socket lives, with
    /// all it holds: so nothing here awaits what comes after it, or asks the request for services, which makes a scope of them.
    /// </summary>
    private static void UseHub(IApplicationBuilder hub)
    {
        hub.UseMiddleware<OriginCheck>();

        // A link made while this front ends would be cut in a moment; the client tries the next address at once.
        var drain = hub.ApplicationServices.GetRequiredService<FrontDrain>();
        hub.Use((context, next) => drain.IsDraining ? Refused.Write(context, Refusals.Unavailable) : next(context));
        hub.UseRouting();

        // What comes before a socket is asked as any other request; of sockets browsers ask nobody (OriginCheck does).
        hub.UseWhen(static context => !HttpMethods.IsGet(context.Request.Method), static before => before.UseCors());
        hub.UseMiddleware<HubSignIn>();
        hub.UseEndpoints(static routes => routes.MapHub<ChatHub>(HubRoute.Path, static socket =>
        {
            socket.Transports = HttpTransportType.WebSockets;
            socket.WebSockets.CloseTimeout = Limits.LinkCloseWithin;
            socket.ApplicationMaxBufferSize = Limits.PipeBytesMax;
            socket.TransportMaxBufferSize = Limits.PipeBytesMax;
        }).WithMetadata(CountedRequest.Mark));
    }

    private static Task CountRequest(HttpContext context, RequestDelegate next) =>
        context.RequestServices.GetRequiredService<RequestGate>().Refusal(context) is { } refusal ? Refused.Write(context, refusal) : next(context);

    private static Task SecurityHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        return next(context);
    }

    /// <summary>For what is no socket: the server keeps names that are not common in a dictionary, there for as long as the socket lives.</summary>
    private static Task PageHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        return next(context);
    }
}
