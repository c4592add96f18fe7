using Chat.EmbeddedHost.Simulation;

namespace Chat.Simulation;

/// <summary>What every scenario draws from its seed.</summary>
internal static class Clock
{
    /// <summary>Waits a random while.</summary>
    public static Task Pause(this SimulatedCluster cluster, int millisecondsMax) =>
        Task.Delay(TimeSpan.FromMilliseconds(cluster.Random.Next(1, millisecondsMax)), cluster.Time);

    /// <summary>Sets the machine's clock, in one of four cases, by up to this much, forward or back. True when it did.</summary>
    public static bool MaySet(this SimulatedCluster cluster, TimeSpan most)
    {
        if (cluster.Random.Next(4) != 0)
        {
            return false;
        }

        cluster.Time.Set(most * ((cluster.Random.NextDouble() * 2) - 1));
        return true;
    }
}
