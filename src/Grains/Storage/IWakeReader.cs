namespace Chat.Grains.Storage;

/// <summary>A grain whose state has something to do and that nobody seems to be doing.</summary>
/// <param name="State">The name of its state.</param>
/// <param name="Key">Its key.</param>
/// <param name="At">Since when.</param>
public sealed record SleepingGrain(string State, string Key, DateTimeOffset At);

/// <summary>
/// Finds grains to be woken: those whose state holds <c>wake</c> with <c>at</c> (milliseconds) and <c>shard</c>. Throws
/// <see cref="StorageUnavailableException"/>.
/// </summary>
public interface IWakeReader
{
    /// <summary>
    /// Grains to wake at <paramref name="now"/>, the longest waiting first, at most <paramref name="limit"/>, after one of the page
    /// before. Costs what is to be woken.
    /// </summary>
    Task<IReadOnlyList<SleepingGrain>> Asleep(DateTimeOffset now, int limit, ShardRange shards, SleepingGrain? after);
}
