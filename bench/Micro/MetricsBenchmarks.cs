using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Chat.Bench.Micro;

/// <summary>What measuring costs on the way of one message: nothing may be allocated, whoever listens.</summary>
public class MetricsBenchmarks
{
    private static readonly ConversationId Conversation = new("anna~casa-lumbre");
    private static readonly TimeSpan Took = TimeSpan.FromMilliseconds(3);

    private readonly object _accepted = new();
    private ServiceProvider _services = null!;
    private MeterProvider? _exported;
    private FrontFigures _figures = null!;
    private FrontMetrics _metrics = null!;

    /// <summary>Whether somebody scrapes, or metrics are sent.</summary>
    [Params(false, true)]
    public bool Exported { get; set; }

    /// <summary>The meters, and the SDK that gathers them.</summary>
    [GlobalSetup]
    public void Open()
    {
        if (Exported)
        {
            _exported = Sdk.CreateMeterProviderBuilder().AddMeter(FrontMetrics.MeterName).AddReader(new BaseExportingMetricReader(new Nowhere())).Build();
        }

        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var directory = new ConnectionDirectory();
        _figures = new FrontFigures(directory, TimeProvider.System);
        _metrics = new FrontMetrics(_services.GetRequiredService<IMeterFactory>(), directory, _figures);
    }

    /// <summary>Ends both.</summary>
    [GlobalCleanup]
    public void Close()
    {
        _exported?.Dispose();
        _services.Dispose();
    }

    /// <summary>A hub call that was accepted: a counter with two tags, a histogram with one.</summary>
    [Benchmark]
    public void Called() => _metrics.Called("send", _accepted, Took);

    /// <summary>A message in its receivers' queues: a histogram.</summary>
    [Benchmark]
    public void FannedOut() => _metrics.FannedOut(Took);

    /// <summary>A message sent, and the count of its conversation.</summary>
    [Benchmark]
    public void Sent() => _figures.Sent(Conversation);

    /// <summary>All that one message costs at the front of both its sides.</summary>
    [Benchmark]
    public void Message()
    {
        Sent();
        Called();
        _figures.Pushed(1);
        FannedOut();
    }

    private sealed class Nowhere : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
