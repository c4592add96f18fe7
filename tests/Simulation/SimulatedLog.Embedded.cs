using Chat.EmbeddedHost.Simulation;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Simulation;

/// <summary>
/// The log's contract in memory, in virtual time, with a network in between: an append may fail before it has an effect,
/// or have it and lose its answer. Each effect is checked against the invariants at once.
/// </summary>
internal sealed class SimulatedLog(SimulatedCluster cluster) : IConversationLog
{
    private readonly Dictionary<ConversationId, (ConversationRow Row, List<Message> Messages)> _stored = [];
    private readonly Random _random = new(cluster.Random.Next());

    /// <summary>Share of appends whose answer is "unknown"; half of them have had their effect.</summary>
    public double UnknownShare { get; set; }

    /// <summary>Share of reads that fail.</summary>
    public double ReadFailureShare { get; set; }

    /// <summary>Appends refused by the fence.</summary>
    public int Fenced { get; private set; }

    /// <summary>Appends that took effect and were answered "unknown".</summary>
    public int CommittedUnknown { get; private set; }

    /// <summary>All conversations, as they are stored.</summary>
    public IEnumerable<(ConversationRow Row, List<Message> Messages)> Stored => _stored.Values;

    public Task<AppendOutcome> Append(AppendRequest request) => Visit(() =>
    {
        var unknown = _random.NextDouble() < UnknownShare;
        if (unknown && _random.Next(2) == 0)
        {
            return AppendOutcome.Of(AppendStatus.Unknown);
        }

        var outcome = Commit(request);
        if (!unknown)
        {
            return outcome;
        }

        CommittedUnknown += outcome.Status == AppendStatus.Stored ? 1 : 0;
        return AppendOutcome.Of(AppendStatus.Unknown);
    });

    public Task<ConversationRow?> Load(ConversationId conversation) => Read(conversation, stored => stored.Row);

    public async Task<long> VersionOf(ConversationId conversation) => (await Load(conversation))?.Version ?? 0;

    public async Task<IReadOnlyList<Message>> ReadBefore(ConversationId conversation, long beforeSeq, int limit) =>
        await Read(conversation, stored => stored.Messages.Where(message => message.Seq < beforeSeq).TakeLast(limit).ToArray()) ?? [];

    public async Task<IReadOnlyList<Message>> ReadChanges(ConversationId conversation, long afterChange, int limit) =>
        await Read(conversation, stored => stored.Messages.Where(message => message.Change > afterChange).TakeLast(limit).ToArray()) ?? [];

    public Task<Message?> Find(ConversationId conversation, PrincipalId sender, Guid id) =>
        Read(conversation, stored => stored.Messages.Find(message => message.Sender == sender && message.Id == id));

    public async Task<long> CountUnread(ConversationId conversation, PrincipalId reader, long afterSeq) =>
        (await Read(conversation, stored => (object)(long)stored.Messages.Count(message => message.Seq > afterSeq && message.Sender != reader))) is long count
            ? count
            : 0;

    private AppendOutcome Commit(AppendRequest request)
    {
        var id = request.Row.Id;
        var exists = _stored.TryGetValue(id, out var stored);
        if ((exists ? stored.Row.Version : 0) != request.ExpectedVersion)
        {
            Fenced++;
            return AppendOutcome.Of(AppendStatus.Fenced);
        }

        if (!exists)
        {
            stored = (request.Row, []);
        }

        var repeats = stored.Messages.Where(old => request.Messages.Any(message => message.Id == old.Id && message.Sender == old.Sender)).ToArray();
        if (repeats.Length > 0)
        {
            return new AppendOutcome(AppendStatus.Duplicate, repeats);
        }

        var before = exists ? stored.Row : null;
        stored.Messages.AddRange(request.Messages);
        _stored[id] = (request.Row, stored.Messages);
        Check(before, request.Row, stored.Messages);
        return AppendOutcome.Of(AppendStatus.Stored);
    }

    /// <summary>The conversation that appends may take any exception for an accident: what is found here ends the run instead.</summary>
    private void Check(ConversationRow? before, ConversationRow after, List<Message> messages)
    {
        try
        {
            CheckStep(before, after);
            CheckRow(after, messages);
        }
        catch (Xunit.Sdk.XunitException violation)
        {
            cluster.Scheduler.Fail(violation);
        }
    }

    private static void CheckStep(ConversationRow? before, ConversationRow after)
    {
        foreach (var member in (PrincipalId[])[after.BuyerPrincipal, after.StorePrincipal])
        {
            var old = before?.MarksOf(member) ?? new MemberMarks();
            Assert.True(after.MarksOf(member).Read >= old.Read, "A read mark fell.");
            Assert.True(after.MarksOf(member).Delivered >= old.Delivered, "A delivery mark fell.");
        }
    }

    private static void CheckRow(ConversationRow row, List<Message> messages)
    {
        Assert.Equal(Enumerable.Range(1, messages.Count).Select(seq => (long)seq), messages.Select(message => message.Seq));
        Assert.Equal(messages.Count, row.Head);
        Assert.Equal(messages.Count, messages.DistinctBy(message => (message.Sender, message.Id)).Count());
        foreach (var member in (PrincipalId[])[row.BuyerPrincipal, row.StorePrincipal])
        {
            var marks = row.MarksOf(member);
            Assert.True(marks.Read <= marks.Delivered && marks.Delivered <= row.Head, "A mark passed the head.");
            Assert.Equal(messages.Count(message => message.Seq > marks.Read && message.Sender != member), marks.Unread);
        }
    }

    private Task<T?> Read<T>(ConversationId conversation, Func<(ConversationRow Row, List<Message> Messages), T?> read)
        where T : class => Visit(() =>
        _random.NextDouble() < ReadFailureShare ? throw new StorageUnavailableException("Simulated.")
        : _stored.TryGetValue(conversation, out var stored) ? read(stored)
        : null);

    /// <summary>There, effect, back; outside of the caller's turns, so that the caller's crash does not undo the effect.</summary>
    private Task<T> Visit<T>(Func<T> effect) => Task.Factory.StartNew(
        async () =>
        {
            await Travel();
            try
            {
                return effect();
            }
            finally
            {
                await Travel();
            }
        },
        CancellationToken.None,
        TaskCreationOptions.None,
        cluster.Scheduler).Unwrap();

    private Task Travel() => Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 20)), cluster.Time);
}
