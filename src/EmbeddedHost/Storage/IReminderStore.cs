using Orleans.Runtime;

namespace Chat.EmbeddedHost.Storage;

/// <summary>A stored reminder.</summary>
/// <param name="Grain">Whom it wakes.</param>
/// <param name="Name">Its name, unique within the grain.</param>
/// <param name="FirstDue">The first tick.</param>
/// <param name="Period">Time between ticks.</param>
public sealed record ReminderRow(GrainId Grain, string Name, DateTimeOffset FirstDue, TimeSpan Period);

/// <summary>Keeps reminders beyond the process.</summary>
public interface IReminderStore
{
    /// <summary>All reminders of this service.</summary>
    Task<IReadOnlyList<ReminderRow>> ReadAll();

    /// <summary>Sets a reminder, replacing one of its name.</summary>
    Task Upsert(ReminderRow row);

    /// <summary>Removes a reminder; one that does not exist is no error.</summary>
    Task Delete(GrainId grain, string name);
}
