using System.Diagnostics.Metrics;

namespace Chat.Grains.Storage;

/// <summary>What the log's writer measures, in the meter <c>Chat.Storage</c>.</summary>
internal static class StorageMetrics
{
    public const string MeterName = "Chat.Storage";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "chat.log.refusals", "{append}", "Appends that were not stored, by status.");

    private static readonly Counter<long> Stored = Meter.CreateCounter<long>(
        "chat.log.messages", "{message}", "Messages made durable.");

    private static long _stored;

    public static Histogram<int> BatchSize { get; } = Meter.CreateHistogram(
        "chat.log.batch.size", "{append}", "Appends in one transaction.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });

    public static Histogram<double> CommitTime { get; } = Meter.CreateHistogram(
        "chat.log.commit.duration", "s", "From sending a batch to its commit being durable.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });

    public static UpDownCounter<int> QueueDepth { get; } = Meter.CreateUpDownCounter<int>(
        "chat.log.queue.depth", "{append}", "Appends that wait for a transaction.");

    /// <summary>Messages this process made durable since it started.</summary>
    public static long StoredMessages => Volatile.Read(ref _stored);

    public static void CountRefusal(AppendStatus status) =>
        Refusals.Add(1, new KeyValuePair<string, object?>("status", status.ToString()));

    /// <summary>Counts what a commit made durable.</summary>
    public static void CountStored(int messages)
    {
        Interlocked.Add(ref _stored, messages);
        Stored.Add(messages);
    }
}
