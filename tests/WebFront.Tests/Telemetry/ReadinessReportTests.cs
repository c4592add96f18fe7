using Chat.WebFront.Api;
using Microsoft.Extensions.Logging;

namespace Chat.WebFront.Tests.Telemetry;

/// <summary>What the log says of probes.</summary>
public sealed class ReadinessReportTests
{
    private readonly List<LogLevel> _told = [];

    [Fact]
    public void A_single_failure_is_not_told_and_a_second_in_a_row_is_once_until_one_is_answered()
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new Levels(_told)));
        var report = new ReadinessReport(loggers.CreateLogger<ReadinessReport>());

        report.Failed(new TimeoutException());
        report.Answered();
        report.Failed(new TimeoutException());
        report.Answered();
        Assert.Empty(_told);

        report.Failed(new TimeoutException());
        report.Failed(new TimeoutException());
        report.Failed(new TimeoutException());
        Assert.Equal([LogLevel.Error], _told);

        report.Answered();
        report.Answered();
        Assert.Equal([LogLevel.Error, LogLevel.Information], _told);
    }

    private sealed class Levels(List<LogLevel> told) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            told.Add(logLevel);
    }
}
