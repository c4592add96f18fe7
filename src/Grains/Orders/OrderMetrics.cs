using System.Diagnostics.Metrics;

namespace Chat.Grains.Orders;

/// <summary>What orders measure, in the meter <c>Chat.Orders</c>.</summary>
internal static class OrderMetrics
{
    private static readonly Meter Meter = new("Chat.Orders");

    public static Histogram<double> Lateness { get; } = Meter.CreateHistogram<double>(
        "chat.order.deadline.lateness", "s", "Real time from a deadline's time to its transition being durable, however long nobody was there to apply it.");
}
