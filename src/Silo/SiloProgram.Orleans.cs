using Chat.Grains;
using Chat.Grains.Cluster;
using Chat.Grains.Storage;
using Chat.Silo.Settings;
using Chat.Silo.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Chat.Silo;

/// <summary>A process that hosts grains and nothing else.</summary>
internal static partial class SiloProgram
{
    /// <summary>All settings of a silo.</summary>
    internal static KnownSettings Known { get; } = new(KnownSettings.Common, KnownSettings.OfFronts);

    /// <summary>Exit codes: 0 stopped as told, 1 not ready or failed, 78 a setting is wrong: each is named in a line on standard error.</summary>
    public static async Task<int> Run(string[] args)
    {
        try
        {
            return await RunOrThrow(args);
        }
        catch (Exception error) when (Refusal(error) is { } refusal)
        {
            return await refusal.Tell();
        }
    }

    /// <summary>What Orleans refuses by itself, such as a port that is taken, is an operator's business too.</summary>
    private static StartRefusal? Refusal(Exception error) => error is OrleansConfigurationException refused
        ? new StartRefusal(StartRefusal.WrongSettings, [$"Setting refused: {refused.Message}"])
        : StartRefusal.Of(error);

    private static async Task<int> RunOrThrow(string[] args)
    {
        var builder = StartSettings.Create(() => WebApplication.CreateSlimBuilder(args));
        var wrong = StartSettings.Read(builder.Configuration, Known);
        var options = builder.Configuration.GetSection(ChatSiloOptions.Section).Get<ChatSiloOptions>() ?? new ChatSiloOptions();
        if (args.Contains(HealthProbe.Switch))
        {
            return await HealthProbe.Run(options.HealthPort);
        }

        builder.Services.AddChatGrains(builder.Configuration);
        builder.Services.AddDeadlineWaker();
        builder.Services.AddChatTelemetry("chat-silo", isScraped: true);
        builder.Services.AddClusterReporter(ProcessKind.Silo, _ => $"{Environment.MachineName}:{options.SiloPort}");
        builder.Services.AddChatStorage();
        builder.Services.AddOptions<ChatDatabaseOptions>().Validate(
            database => database.Provider == ChatDatabaseProvider.Postgres,
            $"{ChatDatabaseOptions.Section}:Provider is Sqlite, which serves one process; a silo needs Postgres.");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopRules.DrainWithin);
        builder.UseOrleans(silo => silo.UseChatSilo(builder.Configuration, SiloClustering.Database));
        builder.Services.AddLogFlush();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(options.HealthPort));
        builder.Logging.AddChatConsole(builder.Configuration);
        builder.Logging.QuietOrleans();
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        await using var app = builder.Build();
        StartSettings.Validate(app.Services, wrong);
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", (ISiloStatusOracle silo, IHostApplicationLifetime lifetime) =>
            silo.CurrentStatus == SiloStatus.Active && !lifetime.ApplicationStopping.IsCancellationRequested
                ? Results.Text("ready")
                : Results.Text(silo.CurrentStatus.ToString(), statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapMetrics(app.Services.GetRequiredService<TelemetryExport>());
        app.MapDashboard(builder.Configuration);
        return await Start(app, options);
    }

    private static async Task<int> Start(WebApplication app, ChatSiloOptions options)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Chat.Silo");
        return await StopRules.Run(app, "Chat.Silo", async () =>
        {
            await app.Services.GetRequiredService<ChatDatabase>().Prepare(app.Lifetime.ApplicationStopping);
            app.Lifetime.ApplicationStarted.Register(() =>
                LogReady(logger, options.ClusterId, options.SiloPort, options.GatewayPort, options.HealthPort));
            app.Lifetime.ApplicationStopping.Register(() => LogStopping(logger));
            await app.RunAsync();
            LogStopped(logger);
        });
    }

    [LoggerMessage(1, LogLevel.Information, "Silo is active in cluster {Cluster}: silo port {SiloPort}, gateway port {GatewayPort}, health port {HealthPort}")]
    private static partial void LogReady(ILogger logger, string cluster, int siloPort, int gatewayPort, int healthPort);

    [LoggerMessage(2, LogLevel.Information, "Silo is told to stop; it hands its grains over and leaves the cluster")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Silo has left the cluster")]
    private static partial void LogStopped(ILogger logger);
}
