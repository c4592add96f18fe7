namespace Chat.WebFront.Tests.Telemetry;

/// <summary>
/// Tests that scrape a front of theirs run after all others: instruments of the same name are one metric of a process, whichever front
/// made them, and that metric ends with the first of those fronts.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ScrapedAlone
{
    /// <summary>What such a test class names in its <see cref="CollectionAttribute"/>.</summary>
    public const string Name = "scraped alone";
}
