using Chat.Grains.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Silo;

/// <summary>
/// How a process ends that was told to: within 30 s and with 0, whatever hangs. What it acknowledged is stored; what it did not is
/// repeated by whoever asked, under the same id. Being told again changes nothing.
/// </summary>
public static partial class StopRules
{
    /// <summary>How long everything that stops in order may take.</summary>
    public static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(24);

    /// <summary>After this the process ends as it stands.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(28);

    /// <summary>Runs a program to its end; answers its exit code. Only for the program itself: it may end the process.</summary>
    public static async Task<int> Run(WebApplication app, string category, Func<Task> program)
    {
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var logger = loggers.CreateLogger(category);
        var stage = app.Services.GetRequiredService<StopStage>();
        var stopping = app.Lifetime.ApplicationStopping;
        using var last = new Timer(_ =>
        {
            LogCut(logger, EndWithin.TotalSeconds, stage.Now);
            loggers.Dispose(); // Writes what waits to be written.
            Environment.Exit(0);
        });

        // Those who wait for the end are called last come, first served, and sending the clients away holds up who comes after:
        // the second of these is the first to know when everything runs, the first one knows when not everything has started.
        var counts = 0;
        void Count()
        {
            if (Interlocked.Exchange(ref counts, 1) == 0)
            {
                last.Change(EndWithin, Timeout.InfiniteTimeSpan);
            }
        }

        using var early = stopping.Register(Count);
        using var started = app.Lifetime.ApplicationStarted.Register(() => stopping.Register(Count));
        try
        {
            await program();
            stage.Enter("closing the log and the connections to the database");
            await app.DisposeAsync();
        }
        catch (Exception failure) when (stopping.IsCancellationRequested)
        {
            LogRough(logger, stage.Now, failure);
        }

        return 0;
    }

    [LoggerMessage(101, LogLevel.Error, "Not everything stopped within {Seconds} s: {What} hangs; the process ends as it stands")]
    private static partial void LogCut(ILogger logger, double seconds, string what);

    [LoggerMessage(102, LogLevel.Warning, "Stopping did not go as it should, at: {What}; nothing acknowledged is lost by it")]
    private static partial void LogRough(ILogger logger, string what, Exception failure);
}
