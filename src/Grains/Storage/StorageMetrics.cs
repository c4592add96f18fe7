using System.Diagnostics.Metrics;

namespace Chat.Grains.Storage;

/// <summary>What the log's writer measures, in the meter <c>Chat.Storage</c>.</summary>
internal static class StorageMetrics
{
    private static readonly Meter Meter = new("Chat.Storage");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "chat.log.refusals", "{append}", "Appends that were not stored, by status.");

    public static Histogram<int> BatchSize { get; } = Meter.CreateHistogram<int>(
        "chat.log.batch.size", "{append}", "Appends in one transaction.");

    public static Histogram<double> CommitTime { get; } = Meter.CreateHistogram<double>(
        "chat.log.commit.duration", "ms", "From sending a batch to its commit being durable.");

    public static UpDownCounter<int> QueueDepth { get; } = Meter.CreateUpDownCounter<int>(
        "chat.log.queue.depth", "{append}", "Appends that wait for a transaction.");

    public static void CountRefusal(AppendStatus status) =>
        Refusals.Add(1, new KeyValuePair<string, object?>("status", status.ToString()));
}
