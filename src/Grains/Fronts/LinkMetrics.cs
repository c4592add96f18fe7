using System.Diagnostics.Metrics;

namespace Chat.Grains.Fronts;

/// <summary>What the links to front ends measure, in the meter <c>Chat.Links</c>.</summary>
internal static class LinkMetrics
{
    public const string MeterName = "Chat.Links";

    private static readonly Meter Meter = new(MeterName);

    public static Counter<long> Overflows { get; } = Meter.CreateCounter<long>(
        "chat.link.overflows", "{overflow}", "Times that too much waited for a front end, and all of it was dropped for a resync.");

    public static Counter<long> GivenUp { get; } = Meter.CreateCounter<long>(
        "chat.link.given_up", "{link}", "Times that a front end did not take a batch and was given up for a while.");

    /// <summary>Watches the queues of a process; costs nothing between two readings.</summary>
    public static void Observe(IMeterFactory meters, FrontLinks links)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("chat.link.queue.depth", () => links.Waiting().Total, "{push}", "Pushes that wait for front ends.");
        meter.CreateObservableGauge("chat.link.queue.depth.max", () => links.Waiting().Longest, "{push}", "Pushes that wait for the front end with most.");
    }
}
