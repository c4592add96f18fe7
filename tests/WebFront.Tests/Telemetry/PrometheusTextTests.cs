using System.Diagnostics.Metrics;
using Chat.Silo.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Chat.WebFront.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    [Theory]
    [InlineData("chat.hub.calls", "{call}", true, false, "chat_hub_calls_total")]
    [InlineData("chat.hub.call.duration", "s", false, false, "chat_hub_call_duration_seconds")]
    [InlineData("chat.hub.outgoing.bytes", "By", false, true, "chat_hub_outgoing_bytes")]
    [InlineData("dotnet.process.cpu.count", "{cpu}", false, true, "dotnet_process_cpu_count")]
    [InlineData("orleans-catalog-activations", null, false, true, "orleans_catalog_activations")]
    [InlineData("share", "1", false, true, "share_ratio")]
    [InlineData("9lives", null, false, false, "_9lives")]
    public void A_name_ends_in_its_unit_and_a_counter_in_total(string name, string? unit, bool isCounter, bool isGauge, string expected) =>
        Assert.Equal(expected, PrometheusText.NameOf(name, unit, isCounter, isGauge));

    [Fact]
    public void Label_values_and_help_are_escaped()
    {
        var text = Scrape(meter => meter.CreateCounter<long>("c", null, "one\ntwo \\ three").Add(2, KeyValuePair.Create("the.tag", (object?)"a\"b\\c\nd")));
        Assert.Contains("# HELP c_total one\\ntwo \\\\ three\n# TYPE c_total counter\nc_total{the_tag=\"a\\\"b\\\\c\\nd\"} 2\n", text);
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_sum_and_count()
    {
        var text = Scrape(meter =>
        {
            var histogram = meter.CreateHistogram("h", "s", "Times.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
            histogram.Record(0.25);
            histogram.Record(0.75);
            histogram.Record(0.75);
            histogram.Record(9);
        });
        Assert.Contains(
            """
            # HELP h_seconds Times.
            # TYPE h_seconds histogram
            h_seconds_bucket{le="0.5"} 1
            h_seconds_bucket{le="1"} 3
            h_seconds_bucket{le="+Inf"} 4
            h_seconds_sum 10.75
            h_seconds_count 4

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void Numbers_that_are_none_are_spelled_as_the_format_wants()
    {
        Assert.Equal("+Inf", PrometheusText.Number(double.PositiveInfinity));
        Assert.Equal("-Inf", PrometheusText.Number(double.NegativeInfinity));
        Assert.Equal("NaN", PrometheusText.Number(double.NaN));
        Assert.Equal("0.125", PrometheusText.Number(0.125));
    }

    [Fact]
    public void Two_meters_that_measure_one_thing_share_one_head()
    {
        var text = Scrape(
            meter =>
            {
                meter.CreateObservableGauge("g", () => 1, null, "Same.");
                meter.CreateObservableGauge("depth", () => 3L, null, "Other.");
            },
            meter => meter.CreateObservableGauge("g", () => 2.5, null, "Same."));
        Assert.Equal(2, text.Split("# TYPE g gauge\n").Length);
        Assert.Contains("g 1\ng 2.5\n", text);
    }

    [Fact]
    public void The_process_is_named()
    {
        Assert.StartsWith("# TYPE target_info gauge\ntarget_info{service_name=\"tested\"} 1\n", Scrape(_ => { }));
    }

    [Fact]
    public void Scrapes_at_once_each_get_a_whole_answer()
    {
        using var meter = new Meter("Test." + Guid.NewGuid());
        meter.CreateObservableGauge("g", () => 1);
        var scrape = new MetricsScrape();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(new BaseExportingMetricReader(scrape)).Build();
        var answers = new string[8];
        Parallel.For(0, answers.Length, i => answers[i] = scrape.Read());
        Assert.All(answers, answer => Assert.EndsWith("\ng 1\n", answer));
    }

    private static string Scrape(params Action<Meter>[] measure)
    {
        var meters = measure.Select(_ => new Meter("Test." + Guid.NewGuid())).ToArray();
        var scrape = new MetricsScrape();
        using var provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes([KeyValuePair.Create("service.name", (object)"tested")]))
            .AddMeter([.. meters.Select(meter => meter.Name)])
            .AddReader(new BaseExportingMetricReader(scrape))
            .Build();
        foreach (var (meter, act) in meters.Zip(measure))
        {
            act(meter);
        }

        var text = scrape.Read();
        Array.ForEach(meters, meter => meter.Dispose());
        return text;
    }
}
