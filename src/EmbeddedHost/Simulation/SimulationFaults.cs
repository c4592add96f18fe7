using Chat.EmbeddedHost.Runtime;

namespace Chat.EmbeddedHost.Simulation;

/// <summary>Draws the accidents of a simulation from its own generator, so that they do not shift other choices.</summary>
internal sealed class SimulationFaults(Random random, SimulationScheduler scheduler) : IHostFaults
{
    private readonly List<GrainActivation> twins = [];

    public double CrashShare { get; set; }

    public double LossShare { get; set; }

    public double DuplicateShare { get; set; }

    public void AddTwin(GrainActivation activation) => twins.Add(activation);

    /// <summary>Ends every double activation.</summary>
    public void EndTwins()
    {
        foreach (var twin in twins.ToArray())
        {
            twin.Crash();
        }
    }

    public bool CrashesBeforeTurn(GrainActivation activation)
    {
        if (!Happens(CrashShare))
        {
            return false;
        }

        scheduler.Note($"crash {activation.GrainId}");
        return true;
    }

    public GrainActivation? Route(GrainClass grainClass, string key)
    {
        var twin = twins.Find(each => each.Class == grainClass && each.GrainId.Key == key);
        return twin is not null && Happens(0.5) ? twin : null;
    }

    public int Copies(Invocation observerCall)
    {
        var copies = Happens(LossShare) ? 0 : Happens(DuplicateShare) ? 2 : 1;
        if (copies != 1)
        {
            scheduler.Note($"{copies} times {observerCall.Name}");
        }

        return copies;
    }

    public void Sweep(long now)
    {
        foreach (var twin in twins.ToArray())
        {
            twin.Sweep(now);
        }
    }

    public void Ended(GrainActivation activation) => twins.Remove(activation);

    private bool Happens(double share) => share > 0 && random.NextDouble() < share;
}
