using Chat.EmbeddedHost.Simulation;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Chat.Simulation;

/// <summary>
/// A buyer reviews, a store answers and two moderators decide at once, while activations crash and exist twice, state writes
/// fail or take effect and then fail, and the log of ratings refuses or loses its answers. Every change is watched where it
/// becomes durable: what was written never changes, and a rating is noted as told only when it counts. In the end each counts once.
/// </summary>
internal sealed class ReviewScenario
{
    private const int Orders = 4;
    private const int Lines = 2;

    private static readonly StoreId Shop = new("shop");
    private static readonly UserId Buyer = new("anna");
    private static readonly UserId Agent = new("elena");
    private static readonly UserId[] Moderators = [new("mona"), new("max")];
    private static readonly string[] Texts = ["A fine teapot.", "Call me at +34 612 345 678.", "What an idiot."];

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedRatings _ratings;
    private readonly ReviewId[] _ids =
        [.. Enumerable.Range(1, Orders).SelectMany(order => Enumerable.Range(1, Lines).Select(line => ReviewId.Of(new OrderId($"order-{order}"), line)))];
    private readonly Dictionary<ReviewId, ReviewState> _durable = [];
    private readonly List<(ReviewId Review, ReviewSide Side, CommandId Command)> _told = [];
    private int _notHeld;
    private int _sweptUp;
    private int _clockSet;
    private bool _healed;

    private ReviewScenario(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _ratings = (SimulatedRatings)cluster.Services.GetRequiredService<IRatingLog>();
    }

    public static SeedOutcome Run(int seed)
    {
        ReviewScenario? scenario = null;
        var result = SimulatedCluster.Run(
            seed,
            new SimulationOptions
            {
                Host = options => options.Assemblies.Add(typeof(ChatGrains).Assembly),
                Services = AddServices,
                StepsMax = 400_000,
            },
            cluster => (scenario = new ReviewScenario(cluster)).Play());
        var states = scenario!._durable.Values;
        return new SeedOutcome(
            result,
            [
                new("reviews written", states.Count, Orders),
                new("decisions of moderators", states.Sum(state => state.Steps.Count(step => step.Side == ReviewSide.Moderator)), 2),
                new("decisions that came too late and were told so", scenario._notHeld, 0.1),
                new("ratings told more than once", scenario._ratings.Repeats, 0.5),
                new("ratings stored whose answer was lost", scenario._ratings.CommittedUnknown, 0.5),
                new("reviews found by the sweep", scenario._sweptUp, 0.1),
                new("times the clock was set", scenario._clockSet, 0.5),
            ]);
    }

    private static void AddServices(IServiceCollection services, SimulatedCluster cluster)
    {
        services.AddSimulatedChat(cluster);
        services.Configure<Policy>(policy =>
        {
            policy.OrderPaymentCheck = TimeSpan.FromSeconds(1);
            policy.DeadlineSweep = TimeSpan.FromSeconds(1);
        });
        services.AddSingleton<IConversationLog>(new SimulatedLog(cluster));
        services.AddSingleton<IInboxReader, NoInbox>();
        services.AddSingleton<IDeadlineReader, NothingDue>();
        services.AddSingleton<IWakeReader, SimulatedSleepers>();
        services.AddSingleton<IRatingLog>(new SimulatedRatings(cluster));
    }

    private async Task Play()
    {
        Assert.True((await _cluster.Grains.User(Buyer).SetProfile("Anna")).IsOk);
        Assert.True((await _cluster.Grains.Store(Shop).Open("Shop", Agent)).IsOk);
        ((SimulatedSleepers)_cluster.Services.GetRequiredService<IWakeReader>()).Owner = this;
        _cluster.Storage.Changed = Watch;
        for (var order = 1; order <= Orders; order++)
        {
            await Complete(new OrderId($"order-{order}"));
        }

        for (var number = 0; number < Limits.DeadlineSweepers; number++)
        {
            await _cluster.Grains.DeadlineSweeper(number).Wake();
        }

        Break();
        var accidents = Accidents();
        await Task.WhenAll(_ids.Select(Live));
        Heal();
        await accidents;
        await Settle();
        Check();
    }

    private async Task Complete(OrderId id)
    {
        var order = _cluster.Grains.Order(id);
        var product = new ProductCard(new ProductId("teapot"), Shop, "Tetera", new Money(3_450, "EUR"), "/teapot.svg");
        await Do(Buyer, new PlaceOrder(id, Buyer, Shop, [.. Enumerable.Repeat(new OrderLine(product, 2), Lines)]), 0);
        await Do(null, new ReportPayment(new Money(2 * Lines * 3_450, "EUR"), PaymentMethod.Card), 1);
        await Task.Delay(TimeSpan.FromSeconds(2), _cluster.Time);
        Assert.Equal(DeadlineOutcome.Applied, await order.ApplyDeadline(DeadlineKind.PaymentCheck, 2));
        await Do(Agent, new ShipParcel("AB12345", null, []), 3);
        await Do(Buyer, new ConfirmReceipt(), 4);

        async Task Do(UserId? by, OrderCommand command, long version)
        {
            var reply = await order.Handle(new OrderRequest(new CommandId($"do-{version}"), by, by is null ? null : version, command));
            Assert.True(reply.IsOk, reply.Error?.Message);
        }
    }

    /// <summary>Everybody does what they may, several times, all at once.</summary>
    private async Task Live(ReviewId id, int number)
    {
        await Act(id, ReviewSide.Buyer, "write", new WriteReview(1 + (number % 5), Content()));
        await Task.WhenAll(
            Later(() => Act(id, ReviewSide.Buyer, "follow-up", new AddFollowUp(Content(always: true)!))),
            Later(async () =>
            {
                for (var reply = 0; reply < 3; reply++)
                {
                    await Act(id, ReviewSide.Store, $"reply-{reply}", new ReplyToReview(Content(always: true)!));
                    await _cluster.Pause(3_000);
                }
            }),
            Moderate(id, 0),
            Moderate(id, 1));
    }

    private async Task Moderate(ReviewId id, int moderator)
    {
        for (var turn = 0; turn < 6; turn++)
        {
            await _cluster.Pause(2_000);
            foreach (var part in Enum.GetValues<ReviewPart>())
            {
                if (_durable.GetValueOrDefault(id)?.Words(part) is { State: WordsState.Held })
                {
                    var rejection = _cluster.Random.Next(2) == 0 ? RejectionReason.Other : (RejectionReason?)null;
                    var command = new DecideWords(new CommandId($"{Moderators[moderator]}-{turn}-{part}"), Moderators[moderator], part, rejection, null);
                    await Until(id, ReviewSide.Moderator, command.Id, async review =>
                    {
                        var held = await review.Decide(command);
                        Assert.Equal(rejection is null ? WordsState.Public : WordsState.Rejected, held.Value?.State ?? (rejection is null ? WordsState.Public : WordsState.Rejected));
                        _notHeld += held.Error?.Code == ErrorCode.NotHeld ? 1 : 0;
                        return held.Error;
                    });
                }
            }
        }
    }

    private async Task Act(ReviewId id, ReviewSide side, string name, ReviewCommand command)
    {
        var request = new ReviewRequest(new CommandId(name), side == ReviewSide.Buyer ? Buyer : Agent, command);
        for (var times = _cluster.Random.Next(2); times >= 0; times--)
        {
            await Until(id, side, request.Id, async review => (await review.Handle(request)).Error);
        }
    }

    /// <summary>Repeats a command with its id until there is an answer.</summary>
    private async Task Until(ReviewId id, ReviewSide side, CommandId command, Func<IReviewGrain, Task<ChatError?>> ask)
    {
        while (true)
        {
            try
            {
                var error = await ask(_cluster.Grains.Review(id));
                if (error is null)
                {
                    _told.Add((id, side, command));
                    return;
                }

                if (error.Code is not (ErrorCode.OutcomeUnknown or ErrorCode.Unavailable))
                {
                    // What was told to anybody is denied to nobody.
                    Assert.DoesNotContain((id, side, command), _told);
                    Assert.NotEqual(ErrorCode.ReviewNotFound, error.Code);
                    return;
                }
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                // No answer; again.
            }

            await _cluster.Pause(200);
        }
    }

    private ReviewContent? Content(bool always = false)
    {
        var chosen = _cluster.Random.Next(always ? 0 : -1, Texts.Length);
        return chosen < 0 ? null : ReviewContent.Of(Texts[chosen]);
    }

    private async Task Later(Func<Task> act)
    {
        await _cluster.Pause(5_000);
        await act();
    }

    private void Break()
    {
        _cluster.CrashShare = 0.002;
        _cluster.Storage.FailureShare = 0.05;
        _cluster.Storage.CommitThenThrowShare = 0.1;
        _ratings.UnknownShare = 0.2;
        _ratings.BusyShare = 0.1;
        _ratings.ReadFailureShare = 0.05;
    }

    private void Heal()
    {
        _healed = true;
        _cluster.CrashShare = 0;
        _cluster.Storage.FailureShare = 0;
        _cluster.Storage.CommitThenThrowShare = 0;
        _ratings.UnknownShare = 0;
        _ratings.BusyShare = 0;
        _ratings.ReadFailureShare = 0;
    }

    private async Task Accidents()
    {
        while (!_healed)
        {
            await _cluster.Pause(1_000);
            IAddressable grain = _cluster.Random.Next(8) switch
            {
                0 => _cluster.Grains.Rating(Shop),
                1 => _cluster.Grains.DeadlineSweeper(_cluster.Random.Next(Limits.DeadlineSweepers)),
                _ => _cluster.Grains.Review(_ids[_cluster.Random.Next(_ids.Length)]),
            };
            _ = _cluster.Random.Next(3) == 0 ? _cluster.Split(grain) : _cluster.Crash(grain);
            _clockSet += _cluster.MaySet(TimeSpan.FromSeconds(20)) ? 1 : 0;
        }
    }

    private async Task Settle()
    {
        for (var minute = 0; minute < 30; minute++)
        {
            await Task.Delay(TimeSpan.FromSeconds(20), _cluster.Time);
            if (_durable.Values.All(state => !state.RatingWaits))
            {
                return;
            }
        }

        Assert.Fail("After everything healed, ratings still wait.");
    }

    /// <summary>At the moment a review's row is durable: what stood in it stands, and commands are done once each.</summary>
    private void Watch(string name, GrainId grain)
    {
        if (name != ReviewGrain.StateName || _cluster.Storage.Peek<ReviewState>(name, grain) is not { Id: { } id } now)
        {
            return;
        }

        var before = _durable.GetValueOrDefault(id);
        _durable[id] = now;
        Assert.Equal(now.Steps.Length, now.Steps.DistinctBy(step => (step.Side, step.Command)).Count());
        Assert.True(now.RatingWaits || _ratings.Entries.Any(entry => entry.Review == id && entry.Stars == now.Stars), $"The rating of {id} is noted as told and does not count.");
        foreach (var reply in now.Replies.SkipLast(1))
        {
            Assert.Equal(WordsState.Rejected, reply.State);
        }

        if (before is not null)
        {
            Assert.Equal((before.Stars, before.At, before.Author, before.FollowUpUntil), (now.Stars, now.At, now.Author, now.FollowUpUntil));
            Assert.True(now.Steps.Take(before.Steps.Length).SequenceEqual(before.Steps), $"The history of {id} was changed.");
            Assert.True(before.RatingWaits || !now.RatingWaits, $"The rating of {id} waits again.");
            Stands(before.Text, now.Text, sameBirth: true);
            Stands(before.FollowUp, now.FollowUp, sameBirth: false);
            for (var reply = 0; reply < before.Replies.Length; reply++)
            {
                Stands(before.Replies[reply], now.Replies[reply], sameBirth: true);
            }
        }
    }

    private static void Stands(ReviewWords? before, ReviewWords? now, bool sameBirth)
    {
        Assert.True(before is null ? !sameBirth || now is null : now is not null, "Words came or went.");
        if (before is not null)
        {
            Assert.Equal((before.Content.Text, before.At, before.By), (now!.Content.Text, now.At, now.By));
            Assert.Equal(before.Ruling ?? now.Ruling, now.Ruling);
        }
    }

    private void Check()
    {
        foreach (var (id, side, command) in _told)
        {
            Assert.Single(_durable[id].Steps, step => step.Side == side && step.Command == command);
        }

        Assert.Equal(
            _durable.Values.OrderBy(state => state.Id!.Value.Value).Select(state => (state.Id!.Value, state.Stars)),
            _ratings.Entries.OrderBy(entry => entry.Review.Value).Select(entry => (entry.Review, entry.Stars)));
        Assert.Equal(Orders * Lines, _durable.Count);
    }

    /// <summary>Orders are complete before the accidents begin.</summary>
    private sealed class NothingDue : IDeadlineReader
    {
        public Task<IReadOnlyList<DueOrder>> Due(DateTimeOffset now, int limit, ShardRange shards, DueOrder? after) =>
            Task.FromResult<IReadOnlyList<DueOrder>>([]);
    }

    /// <summary>The index of who is to be woken, in memory: what is stored now, whoever believes what.</summary>
    private sealed class SimulatedSleepers : IWakeReader
    {
        public ReviewScenario? Owner { get; set; }

        public Task<IReadOnlyList<SleepingGrain>> Asleep(DateTimeOffset now, int limit, ShardRange shards, SleepingGrain? after)
        {
            var found = (Owner?._durable ?? []).Values
                .Where(state => state.Wake is { } wake && wake.At <= now.ToUnixTimeMilliseconds() && wake.Shard >= shards.First && wake.Shard <= shards.Last)
                .Select(state => new SleepingGrain(ReviewGrain.StateName, "v:" + state.Id, DateTimeOffset.FromUnixTimeMilliseconds(state.Wake!.At)))
                .ToArray();
            if (Owner is not null)
            {
                Owner._sweptUp += found.Length;
            }

            return Task.FromResult<IReadOnlyList<SleepingGrain>>(found);
        }
    }
}
