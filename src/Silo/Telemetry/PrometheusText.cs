using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Chat.Silo.Telemetry;

/// <summary>The text format that Prometheus scrapes (version 0.0.4), from what the OpenTelemetry SDK has gathered.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Units that Prometheus spells out at the end of a name. Those in braces are notes for people.</summary>
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds", ["ms"] = "milliseconds", ["By"] = "bytes", ["1"] = "ratio", ["%"] = "percent",
    };

    /// <summary>
    /// Writes all metrics, those of one name together: two meters may measure the same thing. A name that is used with
    /// another type than before is left out, since a scrape with it would be refused whole.
    /// </summary>
    public static string Write(IEnumerable<Metric> metrics, IEnumerable<KeyValuePair<string, object>> resource)
    {
        var text = new StringBuilder();
        text.Append("# TYPE target_info gauge\ntarget_info");
        WriteLabels(text, resource.Select(one => KeyValuePair.Create(one.Key, (object?)one.Value)), null);
        text.Append(" 1\n");
        foreach (var family in metrics.GroupBy(NameOf, StringComparer.Ordinal).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            var first = family.First();
            text.Append("# HELP ").Append(family.Key).Append(' ').Append(EscapeHelp(first.Description)).Append('\n');
            text.Append("# TYPE ").Append(family.Key).Append(' ').Append(TypeOf(first)).Append('\n');
            foreach (var metric in family.Where(metric => TypeOf(metric) == TypeOf(first)))
            {
                WritePoints(text, family.Key, metric);
            }
        }

        return text.ToString();
    }

    /// <summary>The name that Prometheus knows an instrument by: unit and, of a counter, <c>total</c> at its end.</summary>
    public static string NameOf(string instrument, string? unit, bool isCounter, bool isGauge = false)
    {
        var name = new StringBuilder(instrument.Length + 16);
        foreach (var c in instrument)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_');
        }

        if (name.Length > 0 && char.IsAsciiDigit(name[0]))
        {
            name.Insert(0, '_');
        }

        if (unit is not null && Units.TryGetValue(unit, out var spelled) && (unit != "1" || isGauge) && !EndsWith(name, spelled))
        {
            name.Append('_').Append(spelled);
        }

        if (isCounter && !EndsWith(name, "total"))
        {
            name.Append("_total");
        }

        return name.ToString();
    }

    /// <summary>A number as the format wants it.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(Metric metric) => NameOf(metric.Name, metric.Unit, TypeOf(metric) == "counter", TypeOf(metric) == "gauge");

    private static string TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram or MetricType.ExponentialHistogram => "histogram",
        _ => "gauge",
    };

    private static void WritePoints(StringBuilder text, string name, Metric metric)
    {
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    WriteLine(text, name, point.Tags, null, Number(point.GetSumLong()));
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    WriteLine(text, name, point.Tags, null, Number(point.GetSumDouble()));
                    break;
                case MetricType.LongGauge:
                    WriteLine(text, name, point.Tags, null, Number(point.GetGaugeLastValueLong()));
                    break;
                case MetricType.DoubleGauge:
                    WriteLine(text, name, point.Tags, null, Number(point.GetGaugeLastValueDouble()));
                    break;
                case MetricType.Histogram:
                    WriteHistogram(text, name, point);
                    break;
                default:
                    break;
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, in MetricPoint point)
    {
        long upTo = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            upTo += bucket.BucketCount;
            WriteLine(text, name + "_bucket", point.Tags, Number(bucket.ExplicitBound), Number(upTo));
        }

        WriteLine(text, name + "_sum", point.Tags, null, Number(point.GetHistogramSum()));
        WriteLine(text, name + "_count", point.Tags, null, Number(point.GetHistogramCount()));
    }

    private static void WriteLine(StringBuilder text, string name, ReadOnlyTagCollection tags, string? bound, string value)
    {
        var labels = new List<KeyValuePair<string, object?>>(tags.Count);
        foreach (var tag in tags)
        {
            labels.Add(tag);
        }

        text.Append(name);
        WriteLabels(text, labels, bound);
        text.Append(' ').Append(value).Append('\n');
    }

    private static void WriteLabels(StringBuilder text, IEnumerable<KeyValuePair<string, object?>> labels, string? bound)
    {
        var opened = false;
        foreach (var (key, value) in labels)
        {
            Append(NameOf(key, null, isCounter: false), Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty);
        }

        if (bound is not null)
        {
            Append("le", bound);
        }

        if (opened)
        {
            text.Append('}');
        }

        void Append(string key, string value)
        {
            text.Append(opened ? ',' : '{').Append(key).Append("=\"").Append(EscapeLabel(value)).Append('"');
            opened = true;
        }
    }

    private static string EscapeLabel(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string EscapeHelp(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static bool EndsWith(StringBuilder name, string word) =>
        name.Length > word.Length && name.ToString(name.Length - word.Length - 1, word.Length + 1) == "_" + word;
}
