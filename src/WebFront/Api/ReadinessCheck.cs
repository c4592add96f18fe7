using Chat.Grains;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Connections;
using Chat.WebFront.Demo;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans;

namespace Chat.WebFront.Api;

/// <summary>Whether this front can do its work: grains answer, the database is reachable, the demo (if this is one) is there; never once it was told to stop.</summary>
internal sealed class ReadinessCheck(IGrainFactory grains, IConversationLog log, DemoSeeder seeder, FrontDrain drain, ReadinessReport report) : IHealthCheck
{
    /// <summary>Whom it asks about; whether they exist does not matter.</summary>
    private static readonly UserId Nobody = new("health");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (drain.IsDraining)
        {
            return HealthCheckResult.Unhealthy("This process was told to stop.");
        }

        try
        {
            await Task.WhenAll(
                    grains.User(Nobody).GetProfile(),
                    log.Load(ConversationId.Between(Nobody, new StoreId(Nobody.Value))))
                .WaitAsync(Patience, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            report.Failed(error);
            return HealthCheckResult.Unhealthy("Grains or database do not answer.", error);
        }

        report.Answered();
        return seeder.Done.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The demo marketplace is being filled.");
    }
}
