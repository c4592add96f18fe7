namespace Chat.EmbeddedHost;

/// <summary>What the host can tell of itself. The same figure is in the meter <see cref="MeterName"/>.</summary>
public interface IGrainHostStatistics
{
    /// <summary>The name of the host's meter.</summary>
    const string MeterName = "Chat.EmbeddedHost";

    /// <summary>Grains in memory now.</summary>
    int ActivationCount { get; }
}
