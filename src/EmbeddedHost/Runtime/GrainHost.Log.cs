using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

internal sealed partial class GrainHost
{
    [LoggerMessage(LogLevel.Warning, "Grain {Grain} could not be activated.")]
    public partial void LogActivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Grain {Grain} failed while it was deactivated.")]
    public partial void LogDeactivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(LogLevel.Error, "A timer of grain {Grain} failed; it goes on.")]
    public partial void LogTimerFailed(GrainId grain, Exception exception);

    [LoggerMessage(LogLevel.Error, "A one-way call of {Method} to {Grain} failed.")]
    public partial void LogOneWayFailed(GrainId grain, string method, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Stopped with {Count} grains that did not end in time.")]
    private partial void LogStoppedWithActivations(int count);

    [LoggerMessage(LogLevel.Error, "Reminder {Reminder} of {Grain} failed; it comes again.")]
    public partial void LogReminderFailed(GrainId grain, string reminder, Exception exception);
}
