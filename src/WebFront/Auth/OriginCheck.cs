using Chat.WebFront.Api;
using Chat.WebFront.Options;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Auth;

/// <summary>
/// Browsers do not guard WebSockets by origin, so the hub's way does: on negotiate and on the upgrade. Requests without an
/// Origin header are no browser's.
/// </summary>
internal sealed class OriginCheck(RequestDelegate next, IOptions<FrontOptions> options)
{
    private readonly HashSet<string> _allowed = new(options.Value.Origins.Select(origin => origin.TrimEnd('/')), StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || _allowed.Contains(origin) || IsOwn(origin, context.Request)
            ? next(context)
            : Refused.Write(context, Refusals.OriginRefused);
    }

    /// <summary>By host and port only: a proxy in front may have ended TLS, so our own scheme says nothing.</summary>
    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
