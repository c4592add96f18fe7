using System.Data.Common;
using System.Globalization;
using Chat.Grains.Storage;
using Chat.WebFront.Demo;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Hosting;

/// <summary>Tells an operator what runs here and on what: a line at the start, one at the end.</summary>
internal static partial class StartReport
{
    public static void Add(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Chat.WebFront");
        app.Lifetime.ApplicationStarted.Register(() => Tell(app, logger));
        app.Lifetime.ApplicationStopped.Register(() => LogStopped(logger));
    }

    /// <summary>Where a database is, without what signs in to it.</summary>
    internal static string PlaceOf(ChatDatabaseProvider provider, string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (provider == ChatDatabaseProvider.Sqlite)
        {
            return "SQLite " + Path.GetFullPath(Part("Data Source", "chat.db"));
        }

        return $"PostgreSQL {Part("Database", "?")} on {Part("Host", "localhost")}:{Part("Port", "5432")}";

        string Part(string key, string otherwise) =>
            parts.TryGetValue(key, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? otherwise : otherwise;
    }

    private static void Tell(WebApplication app, ILogger logger)
    {
        var database = app.Services.GetRequiredService<IOptions<ChatDatabaseOptions>>().Value;
        LogStarted(
            logger,
            app.Services.GetRequiredService<IOptions<FrontOptions>>().Value.Mode,
            GrainHosting.Name,
            PlaceOf(database.Provider, database.ConnectionString),
            app.Services.GetRequiredService<DemoMode>().IsOn ? "on" : "off",
            string.Join(", ", app.Urls));
        if (!app.Environment.WebRootFileProvider.GetFileInfo("index.html").Exists)
        {
            LogNoPages(logger);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Chat runs in mode {Mode} on {GrainHost}; database {Database}; demo {Demo}; open {Urls}")]
    private static partial void LogStarted(ILogger logger, HostMode mode, string grainHost, string database, string demo, string urls);

    [LoggerMessage(2, LogLevel.Warning, "The user interface was not built: pages answer with an explanation only")]
    private static partial void LogNoPages(ILogger logger);

    [LoggerMessage(3, LogLevel.Information, "Chat has stopped")]
    private static partial void LogStopped(ILogger logger);
}
