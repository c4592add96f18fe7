using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Cluster;

internal sealed class ClusterBoardGrain(TimeProvider time) : Grain, IClusterBoardGrain
{
    /// <summary>Four rounds of reports.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, (ProcessReport Report, DateTimeOffset Until)> _reports = [];

    public Task Report(ProcessReport report)
    {
        Expire();
        if (!_reports.ContainsKey(report.Id) && _reports.Count >= Limits.BoardProcessesMax)
        {
            _reports.Remove(_reports.MinBy(entry => entry.Value.Until).Key);
        }

        _reports[report.Id] = (report, time.GetUtcNow() + Lease);
        return Task.CompletedTask;
    }

    public Task Leave(string process)
    {
        _reports.Remove(process);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ProcessReport>> Read()
    {
        Expire();
        return Task.FromResult<IReadOnlyList<ProcessReport>>(
            [.. _reports.Values.Select(entry => entry.Report).OrderBy(report => report.Kind).ThenBy(report => report.Place, StringComparer.Ordinal)]);
    }

    private void Expire()
    {
        var now = time.GetUtcNow();
        foreach (var (id, _) in _reports.Where(entry => entry.Value.Until <= now).ToArray())
        {
            _reports.Remove(id);
        }
    }
}
