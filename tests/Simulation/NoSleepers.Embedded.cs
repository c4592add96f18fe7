using Chat.Grains.Storage;

namespace Chat.Simulation;

/// <summary>For scenarios without grains that wait to be woken.</summary>
internal sealed class NoSleepers : IWakeReader
{
    public Task<IReadOnlyList<SleepingGrain>> Asleep(DateTimeOffset now, int limit, ShardRange shards, SleepingGrain? after) =>
        Task.FromResult<IReadOnlyList<SleepingGrain>>([]);
}
