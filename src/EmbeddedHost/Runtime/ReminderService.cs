using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>Wakes grains.</summary>
internal abstract class ReminderService
{
    public abstract Task<IGrainReminder> Register(GrainId grain, string name, TimeSpan dueTime, TimeSpan period);

    public abstract Task Unregister(GrainId grain, string name);

    public abstract Task<IGrainReminder?> Get(GrainId grain, string name);
}
