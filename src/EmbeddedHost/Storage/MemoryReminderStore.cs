using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Storage;

/// <summary>Reminders that live as long as this object: for simulations, where it outlives hosts, and for grains that renew theirs at each start.</summary>
public sealed class MemoryReminderStore : IReminderStore
{
    private readonly ConcurrentDictionary<(GrainId, string), ReminderRow> rows = new();

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReminderRow>> ReadAll() =>
        Task.FromResult<IReadOnlyList<ReminderRow>>(
            [.. rows.Values.OrderBy(static row => row.Grain.ToString(), StringComparer.Ordinal).ThenBy(static row => row.Name, StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public Task Upsert(ReminderRow row)
    {
        rows[(row.Grain, row.Name)] = row;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Delete(GrainId grain, string name)
    {
        rows.TryRemove((grain, name), out _);
        return Task.CompletedTask;
    }
}
