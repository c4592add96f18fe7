using Chat.EmbeddedHost.Simulation;

namespace Chat.Simulation;

/// <summary>Something that happened in a run, counted.</summary>
/// <param name="What">In words, for the table.</param>
/// <param name="Times">How often.</param>
/// <param name="PerSeedMin">How often it happens in each run on average at least: fewer means that the runs prove nothing.</param>
internal readonly record struct Happened(string What, long Times, double PerSeedMin);

/// <summary>What one seed did.</summary>
internal sealed record SeedOutcome(SimulationResult Result, IReadOnlyList<Happened> Counts)
{
    public bool Equals(SeedOutcome? other) => other is not null && Result == other.Result && Counts.SequenceEqual(other.Counts);

    public override int GetHashCode() => Result.GetHashCode();
}

/// <summary>A story that is played with each seed. It throws when an invariant is broken.</summary>
internal sealed record Scenario(string Name, string About, Func<int, SeedOutcome> Run)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("chat", "conversations and users: sends, repeats, receipts, reads", ChatScenario.Run),
        new("orders", "orders, their deadlines and their notices", OrderScenario.Run),
        new("ratings", "ratings of stores, told again and again until they are taken", RatingScenario.Run),
        new("reviews", "reviews, replies, two moderators at once, and the rating that each gives", ReviewScenario.Run),
        new("presence", "a store's presence over three front ends", PresenceScenario.Run),
    ];
}

/// <summary>Many seeds of one scenario.</summary>
/// <param name="Scenario">Which.</param>
/// <param name="Seeds">How many were played.</param>
/// <param name="Steps">Work items run, over all.</param>
/// <param name="Counts">What happened, over all.</param>
/// <param name="Failures">The seeds that broke an invariant, lowest first.</param>
internal sealed record SeedRun(
    Scenario Scenario, int Seeds, long Steps, IReadOnlyList<Happened> Counts, IReadOnlyList<(int Seed, Exception Error)> Failures)
{
    /// <summary>Fewer seeds than this may by chance have seen too few accidents.</summary>
    private const int SeedsToJudge = 50;

    /// <summary>What should have happened and did not: then the runs prove nothing.</summary>
    public IEnumerable<Happened> Missing => Counts.Where(count => Seeds >= SeedsToJudge && count.Times < count.PerSeedMin * Seeds);

    /// <summary>Plays seeds on all processors, each on one thread. Failed seeds do not stop the others.</summary>
    public static SeedRun Of(Scenario scenario, int first, int seeds, Action<int>? progress = null)
    {
        var gate = new Lock();
        var counts = new Dictionary<string, Happened>();
        var failures = new List<(int, Exception)>();
        var steps = 0L;
        var done = 0;
        Parallel.For(first, first + seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var (outcome, error) = Try(scenario, seed);
            lock (gate)
            {
                steps += outcome?.Result.Steps ?? 0;
                foreach (var count in outcome?.Counts ?? [])
                {
                    counts[count.What] = count with { Times = count.Times + counts.GetValueOrDefault(count.What).Times };
                }

                if (error is not null)
                {
                    failures.Add((seed, error));
                }

                progress?.Invoke(++done);
            }
        });
        return new SeedRun(scenario, seeds, steps, [.. counts.Values], [.. failures.OrderBy(failure => failure.Item1)]);
    }

    private static (SeedOutcome?, Exception?) Try(Scenario scenario, int seed)
    {
        try
        {
            return (scenario.Run(seed), null);
        }
        catch (Exception error)
        {
            return (null, error);
        }
    }
}
