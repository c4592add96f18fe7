namespace Chat.Cluster.Tests;

/// <summary>
/// Tests that start real processes run one after another, and after all others: they use the same ports, and what they
/// measure is how soon something is noticed.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealClusterRuns
{
    /// <summary>What such a test class names in its <see cref="CollectionAttribute"/>.</summary>
    public const string Name = "real cluster";
}
