using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Silo.Telemetry;

/// <summary>Log lines of every process: text for people, or JSON with their scopes for machines.</summary>
public static class LogSetup
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <summary>
    /// What would write down texts, tokens or passwords below these levels: a hub writes the arguments of its calls, and the
    /// request log writes queries, in which connections to the hub carry their token; Orleans writes whole messages, with
    /// their arguments, where it cannot deliver or answer one. No setting can lower them.
    /// </summary>
    private static readonly (string Category, LogLevel Level)[] Secret =
    [
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning),
        ("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.Information),
        ("Orleans.Messaging", LogLevel.None),
        ("Orleans.Runtime.CallbackData", LogLevel.None),
    ];

    /// <summary>Adds the console in the chosen form, and keeps what is secret out of every log.</summary>
    public static ILoggingBuilder AddChatConsole(this ILoggingBuilder logging, IConfiguration configuration)
    {
        if (configuration.GetSection(TelemetryOptions.Section).GetValue<bool>(nameof(TelemetryOptions.JsonLogs)))
        {
            logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = Timestamp.TrimEnd();
                console.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = Timestamp;
            });
        }

        logging.Services.PostConfigure<LoggerFilterOptions>(Guard);
        return logging;
    }

    /// <summary>
    /// Orleans tells each start in hundreds of lines, each grain it places in two more, and the first minute of a process as a
    /// stall of hours; membership is what an operator looks for. Settings can ask for all of it.
    /// </summary>
    public static ILoggingBuilder QuietOrleans(this ILoggingBuilder logging) => logging
        .AddFilter("Orleans", LogLevel.Warning)
        .AddFilter("Polly", LogLevel.Warning)
        .AddFilter("Orleans.Runtime.MembershipService", LogLevel.Information)
        .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

    /// <summary>Last in the list, by its whole category, and again for each provider that has rules of its own: no other rule comes after.</summary>
    private static void Guard(LoggerFilterOptions filters)
    {
        var providers = filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToArray();
        foreach (var (category, level) in Secret)
        {
            foreach (var provider in providers)
            {
                var loud = filters.Rules.LastOrDefault(rule => rule.CategoryName == category && rule.ProviderName == provider);
                filters.Rules.Add(new LoggerFilterRule(provider, category, loud?.LogLevel > level ? loud.LogLevel : level, null));
            }
        }
    }
}
