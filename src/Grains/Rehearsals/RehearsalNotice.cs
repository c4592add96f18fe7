using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chat.Grains.Rehearsals;

/// <summary>Has every process of a rehearsal say so when it starts, so that its log does not pass for a real one's.</summary>
internal sealed partial class RehearsalNotice(IOptions<RehearsalOptions> options, ILogger<RehearsalNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value is { Mark: { } mark, Database: { } database })
        {
            LogRehearsal(mark, database);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "REHEARSAL, NOT FOR PRODUCTION: orders' deadlines run on a {Mark}, in database {Database}")]
    private partial void LogRehearsal(string mark, string database);
}
