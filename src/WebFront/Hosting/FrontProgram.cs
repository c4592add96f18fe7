using System.Net;
using System.Net.Sockets;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Silo;
using Chat.Silo.Settings;
using Chat.Silo.Telemetry;
using Chat.WebFront.Options;
using Chat.WebFront.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Hosting;

/// <summary>Puts a front end together; tests start the same one.</summary>
internal static class FrontProgram
{
    private const string DefaultUrl = "http://localhost:5080";

    /// <summary>What would drown our own lines. A missing wwwroot is told by <see cref="StartReport"/>, in words that help.</summary>
    private static readonly (string Category, LogLevel Level)[] Quiet =
    [
        ("Microsoft.AspNetCore", LogLevel.Warning),
        ("Microsoft.AspNetCore.StaticFiles", LogLevel.Error),
        // Every probe that says no would be an error here; ReadinessReport tells what is worth telling.
        ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
    ];

    /// <summary>All settings of a front end.</summary>
    internal static KnownSettings Known { get; } = new([(FrontOptions.Section, typeof(FrontOptions)), .. KnownSettings.Common], foreign: []);

    /// <summary>Runs until told to stop; answers the process's exit code. A start that an operator can mend ends in plain lines on standard error.</summary>
    public static async Task<int> Run(string[] args)
    {
        try
        {
            await using var app = Build(args);
            return await StopRules.Run(app, "Chat.WebFront", async () =>
            {
                await Prepare(app);
                await app.RunAsync();
            });
        }
        catch (Exception error) when (StartRefusal.Of(error) is { } refusal)
        {
            return await refusal.Tell();
        }
    }

    /// <summary>Checks every setting and puts the program together. Throws <see cref="OptionsValidationException"/> that names all that is wrong.</summary>
    public static WebApplication Build(string[] args)
    {
        var contentRoot = Directory.GetCurrentDirectory();
        var builder = StartSettings.Create(() =>
            WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, WebRootPath = ClientFiles.FindWebRoot(contentRoot) }));
        var wrong = StartSettings.Read(builder.Configuration, Known);
        if (builder.Configuration["urls"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = Limits.SocketsMax;
            kestrel.Limits.MaxResponseBufferSize = Limits.PipeBytesMax;
        });
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.CreateBoundListenSocket = Listen;

            // What arrives goes on where it arrived, what leaves is sent where it was written: nothing of ours blocks there, and
            // each trip through the thread pool costs more than it spares.
            sockets.UnsafePreferInlineScheduling = true;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopRules.DrainWithin);
        AddLogging(builder.Logging, builder.Configuration);
        var mode = builder.Configuration.GetSection(FrontOptions.Section).GetValue("Mode", HostMode.Single);
        builder.Services.AddFront();
        builder.Services.AddFrontTelemetry(mode);
        builder.AddGrains(mode);
        builder.Services.AddLogFlush();

        var app = builder.Build();
        StartSettings.Validate(app.Services, wrong);
        app.UseFront();
        StartReport.Add(app);
        return app;
    }

    /// <summary>Sockets inherit the listener's buffer, so that one that is not read holds little; Linux would let it grow to megabytes.</summary>
    private static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = Limits.SocketSendBytes;
        return socket;
    }

    private static void AddLogging(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddChatConsole(configuration);

        // First in the list, so that any rule in the configuration has the last word.
        logging.Services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            foreach (var (category, level) in Quiet)
            {
                filters.Rules.Insert(0, new LoggerFilterRule(null, category, level, null));
            }
        });
    }

    /// <summary>Makes the database ready. Before anything starts: Orleans reads its query texts from the database when it does.</summary>
    public static Task Prepare(WebApplication app) =>
        app.Services.GetRequiredService<ChatDatabase>().Prepare(app.Lifetime.ApplicationStopping);
}
