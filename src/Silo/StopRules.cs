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
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        var stopping = app.Lifetime.ApplicationStopping;
        using var last = new Timer(_ =>
        {
            LogCut(logger, EndWithin.TotalSeconds);
            Environment.Exit(0);
        });
        using var told = stopping.Register(() => last.Change(EndWithin, Timeout.InfiniteTimeSpan));
        try
        {
            await program();
            await app.DisposeAsync();
        }
        catch (Exception failure) when (stopping.IsCancellationRequested)
        {
            LogRough(logger, failure);
        }

        return 0;
    }

    [LoggerMessage(101, LogLevel.Error, "Not everything stopped within {Seconds} s; the process ends as it stands")]
    private static partial void LogCut(ILogger logger, double seconds);

    [LoggerMessage(102, LogLevel.Warning, "Stopping did not go as it should; nothing acknowledged is lost by it")]
    private static partial void LogRough(ILogger logger, Exception failure);
}
