namespace Chat.WebFront.Api;

/// <summary>
/// Tells an operator that this front is not ready: from the second probe in a row on that nobody answers, once until one is
/// answered again. A single one is what a process that has just started, or a short pause, looks like.
/// </summary>
internal sealed partial class ReadinessReport(ILogger<ReadinessReport> logger)
{
    private const int FailuresTold = 2;

    private int _failures;

    /// <summary>A probe failed.</summary>
    public void Failed(Exception error)
    {
        if (Interlocked.Increment(ref _failures) == FailuresTold)
        {
            LogFailing(FailuresTold, error);
        }
    }

    /// <summary>A probe was answered.</summary>
    public void Answered()
    {
        if (Interlocked.Exchange(ref _failures, 0) >= FailuresTold)
        {
            LogAnswered();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Not ready: grains or database did not answer {Probes} probes in a row")]
    private partial void LogFailing(int probes, Exception error);

    [LoggerMessage(2, LogLevel.Information, "Grains and database answer probes again")]
    private partial void LogAnswered();
}
