namespace Chat.WebFront.Operator;

// What GET /api/operator/cluster answers, docs/protocol.md part 8.

internal sealed record ClusterWire(
    long At,
    string GrainHost,
    IReadOnlyList<SiloWire> Silos,
    IReadOnlyList<ProcessWire> Processes,
    IReadOnlyList<HotWire> Hottest,
    IReadOnlyList<SlowWire> Slow,
    IReadOnlyList<CutWire> Cut,
    IReadOnlyList<RefusalsWire> Refusals,
    OverdueWire Overdue);

internal sealed record SiloWire(string Place, string Status, int? Activations, long? StartedAt);

internal sealed record ProcessWire(
    string Id,
    string Kind,
    string Place,
    string Version,
    long StartedAt,
    long At,
    double Cpu,
    long MemoryBytes,
    WaitingWire? Waiting,
    IReadOnlyList<SampleWire> Samples);

internal sealed record WaitingWire(int Events, long Bytes);

internal sealed record SampleWire(long At, int Connections, double Sends, double Pushes, double Refused, double Stored);

internal sealed record HotWire(string Conversation, long Sends);

internal sealed record SlowWire(string Place, string User, int Events, int Bytes);

internal sealed record CutWire(string Place, string User, long At);

internal sealed record RefusalsWire(int Code, string Name, long Count);

internal sealed record OverdueWire(int Count, bool More, long? Oldest);
