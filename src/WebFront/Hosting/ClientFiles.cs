using Microsoft.AspNetCore.StaticFiles;

namespace Chat.WebFront.Hosting;

/// <summary>The user interface, as the client's build left it in wwwroot.</summary>
internal static class ClientFiles
{
    private const string NotBuilt =
        "The server runs, but its user interface was not built: npm was missing, could not install its packages, or the build was told to "
        + "skip it. Build src/WebFront again with Node.js 20 or later and a reachable npm registry.\n";

    /// <summary>Areas of the client's pages whose addresses end in an id; ids may hold dots, and then look like files.</summary>
    private static readonly PathString[] PagesOfIds = ["/product", "/store", "/messages"];

    /// <summary>Names in this folder carry a hash of their content.</summary>
    private const string HashedFolder = "/assets";

    public static void UseClientFiles(this IApplicationBuilder app) => app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = SetCaching });

    /// <summary>
    /// Every address that is no file and no interface's is a page of the client, which finds its way by itself. An address that
    /// looks like a file (a dot in its last part) and is no page's is a file that does not exist: 404, never a page in its place.
    /// </summary>
    public static void MapClientRoutes(this WebApplication app)
    {
        app.MapFallback("{**path}", async context =>
        {
            if (!IsPage(context.Request.Path))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            var index = app.Environment.WebRootFileProvider.GetFileInfo("index.html");
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return;
            }

            context.Response.ContentType = index.Exists ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            if (index.Exists)
            {
                await context.Response.SendFileAsync(index);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                await context.Response.WriteAsync(NotBuilt);
            }
        });
    }

    /// <summary>Where wwwroot is: beside the program when it was published, else in the sources it was built from.</summary>
    public static string? FindWebRoot(string contentRoot)
    {
        string[] candidates = [Path.Combine(contentRoot, "wwwroot"), Path.Combine(AppContext.BaseDirectory, "wwwroot")];
        return candidates.FirstOrDefault(Directory.Exists);
    }

    private static bool IsPage(PathString path) =>
        !Path.HasExtension(path.Value) && !path.StartsWithSegments(HashedFolder) || PagesOfIds.Any(area => path.StartsWithSegments(area));

    private static void SetCaching(StaticFileResponseContext context) =>
        context.Context.Response.Headers.CacheControl = context.Context.Request.Path.StartsWithSegments(HashedFolder)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
}
