using Chat.Grains.Storage;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Demo;

/// <summary>Whether this is a demo: as configured, else in a single process on SQLite.</summary>
internal sealed class DemoMode(IOptions<FrontOptions> options, IOptions<ChatDatabaseOptions> database)
{
    public bool IsOn { get; } = options.Value.Demo
        ?? (options.Value.Mode == HostMode.Single && database.Value.Provider == ChatDatabaseProvider.Sqlite);
}
