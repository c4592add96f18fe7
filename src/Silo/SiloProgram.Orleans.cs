using Chat.Grains;
using Chat.Grains.Cluster;
using Chat.Grains.Storage;
using Chat.Silo.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Chat.Silo;

/// <summary>A process that hosts grains and nothing else.</summary>
internal static partial class SiloProgram
{
    /// <summary>How long a silo may take to hand its grains over when it is told to stop.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(25);

    /// <summary>Exit codes: 0 stopped as told, 1 not ready or failed, 2 a setting is wrong.</summary>
    public static async Task<int> Run(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
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
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.UseOrleans(silo => silo.UseChatSilo(builder.Configuration, SiloClustering.Database));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(options.HealthPort));
        builder.Logging.AddChatConsole(builder.Configuration);
        // Orleans tells each start in hundreds of lines; membership is what an operator looks for.
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Orleans.Runtime.MembershipService", LogLevel.Information);
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        await using var app = builder.Build();
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", (ISiloStatusOracle silo) => silo.CurrentStatus == SiloStatus.Active
            ? Results.Text("ready")
            : Results.Text(silo.CurrentStatus.ToString(), statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapMetrics(app.Services.GetRequiredService<TelemetryExport>());
        app.MapDashboard(builder.Configuration);
        return await Start(app, options);
    }

    private static async Task<int> Start(WebApplication app, ChatSiloOptions options)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Chat.Silo");
        try
        {
            await app.Services.GetRequiredService<ChatDatabase>().Prepare(app.Lifetime.ApplicationStopping);
            app.Lifetime.ApplicationStarted.Register(() =>
                LogReady(logger, options.ClusterId, options.SiloPort, options.GatewayPort, options.HealthPort));
            app.Lifetime.ApplicationStopping.Register(() => LogStopping(logger));
            await app.RunAsync();
            LogStopped(logger);
            return 0;
        }
        catch (Exception failure) when (failure is OptionsValidationException or OrleansConfigurationException or UnsafeDatabaseException)
        {
            LogRefused(logger, failure.Message);
            return 2;
        }
        catch (NpgsqlException failure)
        {
            LogNoDatabase(logger, failure.Message);
            return 1;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Silo is active in cluster {Cluster}: silo port {SiloPort}, gateway port {GatewayPort}, health port {HealthPort}")]
    private static partial void LogReady(ILogger logger, string cluster, int siloPort, int gatewayPort, int healthPort);

    [LoggerMessage(2, LogLevel.Information, "Silo is told to stop; it hands its grains over and leaves the cluster")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Silo has left the cluster")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(4, LogLevel.Critical, "Silo does not start: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Critical, "Silo cannot use the database: {Reason}")]
    private static partial void LogNoDatabase(ILogger logger, string reason);
}
