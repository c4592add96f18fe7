using Chat.EmbeddedHost.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>A reminder of one grain.</summary>
    public interface IGrainReminder
    {
        /// <summary>Its name, unique within the grain.</summary>
        string ReminderName { get; }
    }

    /// <summary>When a reminder ticks.</summary>
    public readonly record struct TickStatus(DateTime FirstTickTime, TimeSpan Period, DateTime CurrentTickTime);
}

namespace Orleans
{
    /// <summary>A grain that reminders wake.</summary>
    public interface IRemindable : IGrain
    {
        /// <summary>A reminder is due. It is told at least once per period while a host runs; it may come late or twice.</summary>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    /// <summary>Reminders: timers that survive the activation and the process.</summary>
    public static class GrainReminderExtensions
    {
        /// <summary>Sets a reminder; an existing one of that name is replaced. The period is at least a minute.</summary>
        public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
            if (grain is not IRemindable)
            {
                throw new InvalidOperationException($"{grain.GetType()} is not {nameof(IRemindable)}.");
            }

            return Service(grain).Register(grain.GrainContext.GrainId, reminderName, dueTime, period);
        }

        /// <summary>Ends a reminder.</summary>
        public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) =>
            Service(grain).Unregister(grain.GrainContext.GrainId, reminder.ReminderName);

        /// <summary>The reminder of that name, or null.</summary>
        public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) =>
            Service(grain).Get(grain.GrainContext.GrainId, reminderName);

        private static ReminderService Service(Grain grain) => grain.ServiceProvider.GetRequiredService<ReminderService>();
    }
}
