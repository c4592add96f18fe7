using Orleans;

namespace Chat.Grains.Cluster;

/// <summary>
/// The board on which every process of the cluster hangs its report. Nothing is stored: a report holds for
/// <see cref="ClusterBoardGrain.Lease"/>, and after a crash of the board's silo all are there again with the next round.
/// </summary>
[Alias("IClusterBoardGrain")]
public interface IClusterBoardGrain : IGrainWithStringKey
{
    /// <summary>Replaces this process's report. Beyond <see cref="Shared.Limits.BoardProcessesMax"/> the oldest gives way.</summary>
    Task Report(ProcessReport report);

    /// <summary>Takes a process out that ends in order.</summary>
    Task Leave(string process);

    /// <summary>The reports that hold, by kind and place.</summary>
    Task<IReadOnlyList<ProcessReport>> Read();
}
