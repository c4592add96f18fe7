using Chat.Grains.Storage;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Hosting;

/// <summary>Puts a front end together; tests start the same one.</summary>
internal static class FrontProgram
{
    /// <summary>Exit code of a start that the settings forbid.</summary>
    public const int RefusedSettings = 78;

    private const string DefaultUrl = "http://localhost:5080";

    public static WebApplication Build(string[] args)
    {
        var contentRoot = Directory.GetCurrentDirectory();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, WebRootPath = ClientFiles.FindWebRoot(contentRoot) });
        if (builder.Configuration["urls"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        AddLogging(builder.Logging);
        builder.Services.AddFront();
        builder.AddGrains(builder.Configuration.GetSection(FrontOptions.Section).GetValue("Mode", HostMode.Single));

        var app = builder.Build();
        app.UseFront();
        return app;
    }

    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });

        // First in the list, so that any rule in the configuration has the last word.
        logging.Services.PostConfigure<LoggerFilterOptions>(
            filters => filters.Rules.Insert(0, new LoggerFilterRule(null, "Microsoft.AspNetCore", LogLevel.Warning, null)));
    }

    /// <summary>
    /// Checks every setting, then makes the database ready. Before anything starts: Orleans reads its query texts from the
    /// database when it does.
    /// </summary>
    public static async Task Prepare(WebApplication app)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.GetRequiredService<ChatDatabase>().Prepare(app.Lifetime.ApplicationStopping);
    }
}
