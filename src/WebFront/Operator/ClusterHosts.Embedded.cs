using Chat.EmbeddedHost;

namespace Chat.WebFront.Operator;

/// <summary>The grain hosts as the host itself knows them: here the one process.</summary>
internal sealed class ClusterHosts(IGrainHostStatistics statistics)
{
    public Task<IReadOnlyList<SiloView>> Read() => Task.FromResult<IReadOnlyList<SiloView>>(
        [new SiloView(Environment.MachineName, "active", statistics.ActivationCount, null)]);
}
