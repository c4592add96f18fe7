using Chat.EmbeddedHost.Simulation;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Simulation;

/// <summary>
/// Buyers and agents talk while everything that can go wrong does: activations crash at any await and exist twice, appends
/// are lost or lose their answers, state writes fail, pushes are lost and doubled, the clock is set. Then all heals, and the books must agree.
/// </summary>
internal sealed class ChatScenario
{
    private static readonly StoreId Shop = new("shop");
    private static readonly UserId[] Buyers = [new("anna"), new("bela")];
    private static readonly UserId Agent = new("elena");

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedLog _log;
    private readonly List<Sent> _sent = [];
    private readonly RecordingFront _front = new();
    private readonly Dictionary<ConversationId, Shown> _shown = [];
    private long _reads;
    private int _clock;
    private int _clockSet;
    private bool _healed;

    private ChatScenario(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _log = (SimulatedLog)cluster.Services.GetRequiredService<IConversationLog>();
    }

    public static SeedOutcome Run(int seed)
    {
        ChatScenario? scenario = null;
        var result = SimulatedCluster.Run(
            seed,
            new SimulationOptions
            {
                Host = options => options.Assemblies.Add(typeof(ChatGrains).Assembly),
                Services = AddServices,
                StepsMax = 200_000,
            },
            cluster => (scenario = new ChatScenario(cluster)).Play());
        return new SeedOutcome(
            result,
            [
                new("sends acknowledged", scenario!._sent.Count(sent => sent.Reply is not null), 36),
                new("appends refused by the fence", scenario._log.Fenced, 0.1),
                new("commits that lost their answer", scenario._log.CommittedUnknown, 1),
                new("pushes that arrived", scenario._front.Seen.Count, 10),
                new("answers held against what was shown before", scenario._reads, 40),
                new("times the clock was set", scenario._clockSet, 0.5),
            ]);
    }

    private static void AddServices(IServiceCollection services, SimulatedCluster cluster)
    {
        services.AddSimulatedChat(cluster);
        services.AddSingleton<IConversationLog>(new SimulatedLog(cluster));
        services.TryAddSingleton<IInboxReader, NoInbox>();
    }

    private async Task Play()
    {
        await Prepare();
        Break();
        var accidents = Accidents();
        await Task.WhenAll(Buyers.SelectMany(buyer => (Task[])[
            Talk(buyer, PrincipalId.Of(buyer), buyer, 6),
            Talk(buyer, PrincipalId.Of(buyer), buyer, 6),
            Talk(buyer, PrincipalId.Of(Shop), Agent, 6),
            Watch(buyer, PrincipalId.Of(buyer)),
        ]));
        Heal();
        await accidents;
        await CheckReads();
        CheckHistory();
    }

    private async Task Prepare()
    {
        foreach (var buyer in Buyers)
        {
            Assert.True((await _cluster.Grains.User(buyer).SetProfile(buyer.Value)).IsOk);
        }

        Assert.True((await _cluster.Grains.Store(Shop).Open("Shop", Agent)).IsOk);
        var front = new FrontAddress(new FrontId("front"), _cluster.Grains.CreateObjectReference<IFrontObserver>(_front));
        foreach (var recipient in Buyers.Select(PrincipalId.Of).Append(PrincipalId.Of(Shop)))
        {
            await _cluster.Grains.Recipient(recipient).Attach(front);
        }
    }

    private void Break()
    {
        _cluster.CrashShare = 0.002;
        _cluster.NotificationLossShare = 0.1;
        _cluster.NotificationDuplicateShare = 0.1;
        _cluster.Storage.FailureShare = 0.05;
        _cluster.Storage.CommitThenThrowShare = 0.05;
        _log.UnknownShare = 0.1;
        _log.ReadFailureShare = 0.05;
    }

    private void Heal()
    {
        _healed = true;
        _cluster.CrashShare = 0;
        _cluster.NotificationLossShare = 0;
        _cluster.NotificationDuplicateShare = 0;
        _cluster.Storage.FailureShare = 0;
        _cluster.Storage.CommitThenThrowShare = 0;
        _log.UnknownShare = 0;
        _log.ReadFailureShare = 0;
    }

    private async Task Accidents()
    {
        while (!_healed)
        {
            await _cluster.Pause(200);
            var grain = _cluster.Grains.Conversation(ConversationId.Between(Buyers[_cluster.Random.Next(Buyers.Length)], Shop));
            _ = _cluster.Random.Next(3) == 0 ? _cluster.Crash(grain) : _cluster.Split(grain);
            _clockSet += _cluster.MaySet(TimeSpan.FromMinutes(10)) ? 1 : 0;
        }
    }

    /// <summary>One device: each message is repeated with its id until it is acknowledged, and some again after that.</summary>
    private async Task Talk(UserId buyer, PrincipalId sender, UserId by, int count)
    {
        var conversation = ConversationId.Between(buyer, Shop);
        for (var i = 0; i < count; i++)
        {
            var id = new Guid(_cluster.Random.Next(), 0, 0, [.. Enumerable.Repeat((byte)0, 8)]);
            var sent = new Sent(conversation, new PostMessage(id, sender, by, $"{sender} {id}")) { Began = ++_clock };
            _sent.Add(sent);
            while (sent.Reply is null)
            {
                sent.Reply = await Try(sent.Command);
                if (sent.Reply is null)
                {
                    await _cluster.Pause(100);
                }
            }

            sent.Ended = ++_clock;
            Show(conversation, new Shown(sent.Reply.Seq, sent.Reply.Change));
            if (_cluster.Random.Next(3) == 0 && await Try(sent.Command) is { } again)
            {
                Assert.Equal((sent.Reply.Seq, sent.Reply.SentAt), (again.Seq, again.SentAt));
            }

            if (_cluster.Random.Next(4) == 0)
            {
                await TryConflict(sent);
            }

            await _cluster.Pause(50);
        }
    }

    /// <summary>The reply; null while the outcome is not known or the store cannot begin yet.</summary>
    private async Task<PostMessageReply?> Try(PostMessage command)
    {
        var conversation = _sent.First(sent => sent.Command.Id == command.Id).Conversation;
        try
        {
            var result = await _cluster.Grains.Conversation(conversation).Post(command);
            if (!result.IsOk)
            {
                Assert.Contains(
                    result.Error.Code,
                    (ErrorCode[])[ErrorCode.OutcomeUnknown, ErrorCode.Unavailable, ErrorCode.Busy, ErrorCode.ConversationNotFound]);
            }

            return result.Value;
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            return null;
        }
    }

    private async Task TryConflict(Sent sent)
    {
        try
        {
            var result = await _cluster.Grains.Conversation(sent.Conversation).Post(sent.Command with { Body = "something else" });
            Assert.False(result.IsOk, "Another body was accepted under a used id.");
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            // No answer is no acceptance; the log is checked in the end.
        }
    }

    /// <summary>
    /// Reads and marks as a client does, through whichever activation answers. No answer may fall behind what anybody was
    /// shown before it was asked for, and no mark that was ever told may be missing from the log in the end.
    /// </summary>
    private async Task Watch(UserId buyer, PrincipalId reader)
    {
        var id = ConversationId.Between(buyer, Shop);
        var grain = _cluster.Grains.Conversation(id);
        var held = 0L;
        for (var i = 0; i < 10; i++)
        {
            await _cluster.Pause(150);
            try
            {
                var known = ShownOf(id);
                if (await grain.History(reader, 0, 50) is { IsOk: true, Value.Summary.Row: { Head: > 0 } row })
                {
                    Hold(known, Shown.Of(row));
                    Show(id, Shown.Of(row));
                    known = ShownOf(id);
                    if (await grain.Mark(new MarkReceipts(reader, row.Head, _cluster.Random.Next(2) * row.Head)) is { IsOk: true, Value: var marks })
                    {
                        Hold(known with { Head = 0, Change = 0, Store = new() }, new Shown(0, 0, new MemberMarks(marks.Delivered, marks.Read)));
                        Show(id, new Shown(0, 0, new MemberMarks(marks.Delivered, marks.Read)));
                    }
                }

                known = ShownOf(id);
                if (await grain.Changes(reader, held, 300, 300_000) is { IsOk: true, Value: var missed })
                {
                    Hold(known, Shown.Of(missed.Summary.Row));
                    Show(id, Shown.Of(missed.Summary.Row));
                    held = missed.Summary.Row.Change;
                }
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                // Not now.
            }
        }
    }

    private Shown ShownOf(ConversationId id) => _shown.GetValueOrDefault(id, new Shown(0, 0));

    private void Show(ConversationId id, Shown shown) => _shown[id] = ShownOf(id).And(shown);

    private void Hold(Shown known, Shown answer)
    {
        _reads++;
        Assert.True(answer.And(known) == answer, $"An answer fell behind what was shown before: {answer} after {known}.");
    }

    /// <summary>After healing every reader sees the log, and a client that missed everything catches up.</summary>
    private async Task CheckReads()
    {
        foreach (var (row, messages) in _log.Stored.ToArray())
        {
            var reader = row.BuyerPrincipal;
            var caughtUp = await Settle(() => _cluster.Grains.Conversation(row.Id).Changes(reader, row.Change, 300, 300_000));
            Assert.Equal(ChangesState.CaughtUp, caughtUp.Value!.State);
            var changes = await Settle(() => _cluster.Grains.Conversation(row.Id).Changes(reader, 0, 300, 300_000));
            Assert.Equal(messages, changes.Value!.Messages);
            var stranger = await Settle(() => _cluster.Grains.Conversation(row.Id).History(PrincipalId.Of(new UserId("eve")), 0, 50));
            Assert.Equal(ErrorCode.ConversationNotFound, stranger.Error?.Code);
        }
    }

    /// <summary>Calls until there is an answer: a crash of a moment ago may still time out.</summary>
    private async Task<Result<T>> Settle<T>(Func<Task<Result<T>>> call)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception) when (attempt < 5)
            {
                await _cluster.Pause(1_000);
            }
        }
    }

    private void CheckHistory()
    {
        var log = _log.Stored.ToDictionary(stored => stored.Row.Id, stored => stored.Messages);
        foreach (var sent in _sent)
        {
            var stored = log[sent.Conversation][(int)sent.Reply!.Seq - 1];
            Assert.Equal(
                (sent.Command.Id, sent.Command.Sender, sent.Command.Body, sent.Reply.SentAt),
                (stored.Id, stored.Sender, stored.Body, stored.SentAt));
        }

        Assert.Equal(_sent.Count, log.Values.Sum(messages => messages.Count));
        foreach (var one in _sent)
        {
            foreach (var other in _sent.Where(other => other.Conversation == one.Conversation && one.Ended < other.Began))
            {
                Assert.True(one.Reply!.Seq < other.Reply!.Seq, "A send that began after an acknowledgement came before it.");
            }
        }

        foreach (var (row, _) in _log.Stored)
        {
            Assert.Equal(Shown.Of(row), Shown.Of(row).And(ShownOf(row.Id)));
        }

        foreach (var push in _front.Seen)
        {
            Assert.Equal(log[push.Conversation][(int)push.Message.Seq - 1], push.Message);
        }
    }

    private sealed record Sent(ConversationId Conversation, PostMessage Command)
    {
        public PostMessageReply? Reply { get; set; }

        public int Began { get; init; }

        public int Ended { get; set; }
    }

    /// <summary>What was shown of a conversation, at least; zero where an answer says nothing.</summary>
    private sealed record Shown(long Head, long Change, MemberMarks Buyer, MemberMarks Store)
    {
        public Shown(long head, long change, MemberMarks? buyer = null)
            : this(head, change, buyer ?? new(), new())
        {
        }

        public static Shown Of(ConversationRow row) => new(row.Head, row.Change, row.Buyer with { Unread = 0 }, row.Store with { Unread = 0 });

        public Shown And(Shown other) =>
            new(Math.Max(Head, other.Head), Math.Max(Change, other.Change), Higher(Buyer, other.Buyer), Higher(Store, other.Store));

        private static MemberMarks Higher(MemberMarks a, MemberMarks b) => new(Math.Max(a.Delivered, b.Delivered), Math.Max(a.Read, b.Read));
    }

    private sealed class RecordingFront : IFrontObserver
    {
        public List<MessagePush> Seen { get; } = [];

        public Task Deliver(FrontBatch batch)
        {
            Seen.AddRange(batch.Deliveries.SelectMany(delivery => delivery.Pushes).OfType<MessagePush>());
            return Task.CompletedTask;
        }
    }
}
