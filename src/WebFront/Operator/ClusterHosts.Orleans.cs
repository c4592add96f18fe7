using Chat.WebFront.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Chat.WebFront.Operator;

/// <summary>The silos as the membership of the cluster knows them, with what each tells of itself.</summary>
internal sealed class ClusterHosts(IGrainFactory grains)
{
    /// <summary>Silos that died longer ago are nobody's business any more.</summary>
    private static readonly TimeSpan DeadShownFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private const int ShownMax = 100;

    public async Task<IReadOnlyList<SiloView>> Read()
    {
        var management = grains.GetGrain<IManagementGrain>(0);
        var members = await management.GetDetailedHosts(onlyActive: false);
        var shown = members
            .Where(member => member.Status != SiloStatus.Dead || member.IAmAliveTime > DateTime.UtcNow - DeadShownFor)
            .OrderBy(member => member.SiloAddress.Endpoint.ToString(), StringComparer.Ordinal).ThenByDescending(member => member.StartTime)
            .Take(ShownMax).ToArray();
        var alive = shown.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToArray();
        var statistics = await Task.WhenAll(alive.Select(silo => StatisticsOf(management, silo)));
        var of = alive.Zip(statistics).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. shown.Select(member => View(member, of.GetValueOrDefault(member.SiloAddress)))];
    }

    /// <summary>Null of a silo that does not answer: an operator who looks for it must still see the others.</summary>
    private static async Task<SiloRuntimeStatistics?> StatisticsOf(IManagementGrain management, SiloAddress silo)
    {
        try
        {
            return (await management.GetRuntimeStatistics([silo]).WaitAsync(AnswerWithin)).FirstOrDefault();
        }
        catch (Exception error) when (Outage.Is(error))
        {
            return null;
        }
    }

    private static SiloView View(MembershipEntry member, SiloRuntimeStatistics? statistics) => new(
        member.SiloAddress.Endpoint.ToString(),
        member.Status.ToString().ToLowerInvariant(),
        statistics?.ActivationCount,
        new DateTimeOffset(DateTime.SpecifyKind(member.StartTime, DateTimeKind.Utc)));
}
