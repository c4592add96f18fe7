using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Cluster;

/// <summary>What a process of the cluster does.</summary>
public enum ProcessKind
{
    /// <summary>Everything: the only process.</summary>
    Single = 0,

    /// <summary>Grains and browsers.</summary>
    Node = 1,

    /// <summary>Browsers only.</summary>
    Front = 2,

    /// <summary>Grains only.</summary>
    Silo = 3,
}

/// <summary>What happened in one interval between two samples.</summary>
/// <param name="At">Its end.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Connections">Live connections at its end.</param>
/// <param name="Sends">Messages that people sent here.</param>
/// <param name="Pushes">Events queued for connections here.</param>
/// <param name="Refused">Calls and requests refused here.</param>
/// <param name="Stored">Messages this process made durable.</param>
[GenerateSerializer, Immutable, Alias("LoadSample")]
public sealed record LoadSample(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] double Seconds,
    [property: Id(2)] int Connections,
    [property: Id(3)] long Sends,
    [property: Id(4)] long Pushes,
    [property: Id(5)] long Refused,
    [property: Id(6)] long Stored);

/// <summary>A conversation that was written to often in the last minute.</summary>
/// <param name="Conversation">Which.</param>
/// <param name="Sends">At least how often.</param>
[GenerateSerializer, Immutable, Alias("HotConversation")]
public sealed record HotConversation([property: Id(0)] ConversationId Conversation, [property: Id(1)] long Sends);

/// <summary>A connection that reads more slowly than it is written to.</summary>
/// <param name="User">Whose.</param>
/// <param name="Events">Events that wait.</param>
/// <param name="Bytes">Their size.</param>
[GenerateSerializer, Immutable, Alias("SlowConnection")]
public sealed record SlowConnection([property: Id(0)] UserId User, [property: Id(1)] int Events, [property: Id(2)] int Bytes);

/// <summary>A connection that was cut because it did not read.</summary>
[GenerateSerializer, Immutable, Alias("CutConnection")]
public sealed record CutConnection([property: Id(0)] UserId User, [property: Id(1)] DateTimeOffset At);

/// <summary>Refusals of one code in the last five minutes.</summary>
[GenerateSerializer, Immutable, Alias("RefusalCount")]
public sealed record RefusalCount([property: Id(0)] int Code, [property: Id(1)] long Count);

/// <summary>What only a process with connections can tell. Every list holds at most <see cref="Limits.BoardListMax"/>.</summary>
/// <param name="WaitingEvents">Events that wait for all connections.</param>
/// <param name="WaitingBytes">Their size.</param>
/// <param name="Hot">Conversations, hottest first.</param>
/// <param name="Slow">Waiting connections, slowest first.</param>
/// <param name="Cut">Cut connections of the last five minutes, newest first.</param>
/// <param name="Refusals">Refusals, most frequent first.</param>
[GenerateSerializer, Immutable, Alias("FrontReport")]
public sealed record FrontReport(
    [property: Id(0)] int WaitingEvents,
    [property: Id(1)] long WaitingBytes,
    [property: Id(2)] IReadOnlyList<HotConversation> Hot,
    [property: Id(3)] IReadOnlyList<SlowConnection> Slow,
    [property: Id(4)] IReadOnlyList<CutConnection> Cut,
    [property: Id(5)] IReadOnlyList<RefusalCount> Refusals);

/// <summary>What a process tells of itself.</summary>
/// <param name="Id">Its name, another one after each start.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Place">Where it is, for people.</param>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">Since when it runs.</param>
/// <param name="At">When this was told.</param>
/// <param name="Cpu">Cores in use since the report before.</param>
/// <param name="MemoryBytes">Its working set.</param>
/// <param name="Samples">Its load, oldest first, at most <see cref="Limits.BoardSamplesMax"/>.</param>
/// <param name="Front">Of a process with connections.</param>
[GenerateSerializer, Immutable, Alias("ProcessReport")]
public sealed record ProcessReport(
    [property: Id(0)] string Id,
    [property: Id(1)] ProcessKind Kind,
    [property: Id(2)] string Place,
    [property: Id(3)] string Version,
    [property: Id(4)] DateTimeOffset StartedAt,
    [property: Id(5)] DateTimeOffset At,
    [property: Id(6)] double Cpu,
    [property: Id(7)] long MemoryBytes,
    [property: Id(8)] IReadOnlyList<LoadSample> Samples,
    [property: Id(9)] FrontReport? Front);
