using System.Diagnostics.Metrics;

namespace Chat.Grains.Orders;

/// <summary>What orders measure, in the meter <c>Chat.Orders</c>.</summary>
internal static class OrderMetrics
{
    public const string MeterName = "Chat.Orders";

    private static readonly Meter Meter = new(MeterName);

    public static Histogram<double> Lateness { get; } = Meter.CreateHistogram(
        "chat.order.deadline.lateness", "s", "Real time from a deadline's time to its transition being durable, however long nobody was there to apply it.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600] });
}
