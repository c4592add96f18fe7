using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Chat.Silo.Telemetry;

/// <summary>Answers scrapes: has the SDK gather everything once and writes it down. One scrape at a time.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class MetricsScrape : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _gate = new();
    private string _text = string.Empty;

    /// <inheritdoc/>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>All metrics of the process now.</summary>
    public string Read()
    {
        lock (_gate)
        {
            Collect?.Invoke(Timeout.Infinite);
            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var metrics = new List<Metric>();
        foreach (var metric in batch)
        {
            metrics.Add(metric);
        }

        _text = PrometheusText.Write(metrics, ParentProvider.GetResource().Attributes);
        return ExportResult.Success;
    }
}
