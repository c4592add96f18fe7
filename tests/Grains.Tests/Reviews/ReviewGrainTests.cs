using System.Collections.Concurrent;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Conversations;
using Chat.Grains.Tests.Hosting;
using Chat.Grains.Tests.Orders;
using Microsoft.Extensions.DependencyInjection;
using static Chat.Grains.Tests.Reviews.GivenReview;

namespace Chat.Grains.Tests.Reviews;

/// <summary>Reviews on the host of this build, with real orders, stores, ratings and a real database, under a clock of the test's own.</summary>
public sealed class ReviewGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly UserId Eve = new("eve");

    private readonly OrderClock _clock = new(Noon);
    private readonly RatingsThatFail _ratings = new();
    private GrainHostFixture _host = null!;
    private int _orders;

    private IReviewReader Reviews => _host.Services.GetRequiredService<IReviewReader>();

    public async Task InitializeAsync()
    {
        _host = await GrainHostFixture.StartProduct(
            services =>
            {
                services.AddSingleton(Microsoft.Extensions.Options.Options.Create(new Policy { DeadlineSweep = TimeSpan.FromSeconds(1), RatingMinimum = 1 }));
                services.AddSingleton(new PolicyClock(_clock));
            },
            services => services.AddSingleton<SqlRatingLog>()
                .AddSingleton<IRatingLog>(provider => _ratings.Before(provider.GetRequiredService<SqlRatingLog>())));
        await Eventually(async () => (await _host.Grains.User(Given.Anna).SetProfile("Anna Kowalska")).IsOk);
        await Eventually(async () => (await _host.Grains.Store(Given.Shop).Open("Casa Lumbre", Given.Elena)).IsOk);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_review_lives_from_stars_to_a_rejected_reply_written_anew()
    {
        var order = await Completed();
        var review = _host.Grains.Review(ReviewId.Of(order, 1));
        Assert.True((await review.Get(Given.Anna)).Value!.CanReview);

        var written = (await review.Handle(By(ReviewSide.Buyer, Write(4, Doubtful)))).Value!;
        Assert.Equal((4, WordsState.Held, "A***a", true), (written.Stars, written.Text!.State, written.Author, written.Mine));
        Assert.Null((await review.Get(Given.Elena)).Value!.Review!.Text);
        Assert.Equal(1, (await Reviews.Stars(new ReviewsOfStore(Given.Shop))).Four);

        var held = (await review.Decide(Approve(ReviewPart.Text))).Value!;
        Assert.Equal((WordsState.Public, Doubtful), (held.State, held.Content.Text));
        Assert.Equal(Doubtful, (await review.Get(Given.Elena)).Value!.Review!.Text!.Content.Text);

        Assert.Equal(WordsState.Public, (await review.Handle(By(ReviewSide.Buyer, Add(Kind)))).Value!.FollowUp!.State);
        Assert.Equal(WordsState.Held, (await review.Handle(By(ReviewSide.Store, Reply(Rude)))).Value!.Reply!.State);
        Assert.Null((await review.Get(Given.Anna)).Value!.Review!.Reply);
        Assert.True((await review.Decide(Reject(ReviewPart.Reply))).IsOk);
        Assert.Equal(RejectionReason.PersonalData, (await review.Get(Given.Elena)).Value!.Review!.Reply!.Reason);
        Assert.Equal(WordsState.Public, (await review.Handle(By(ReviewSide.Store, Reply(Kind)))).Value!.Reply!.State);
        Assert.Equal(ErrorCode.ReplyExists, (await review.Handle(By(ReviewSide.Store, Reply(Kind)))).Error?.Code);
    }

    [Fact]
    public async Task Only_completed_orders_are_reviewed_each_line_once_and_in_time()
    {
        var order = await Placed();
        var early = _host.Grains.Review(ReviewId.Of(order, 1));
        Assert.False((await early.Get(Given.Anna)).Value!.CanReview);
        Assert.Equal(ErrorCode.ReviewNotAllowed, (await early.Handle(By(ReviewSide.Buyer, Write(5)))).Error?.Code);
        await Complete(order);
        Assert.True((await early.Handle(By(ReviewSide.Buyer, Write(5)))).IsOk);
        Assert.Equal(ErrorCode.ReviewExists, (await early.Handle(By(ReviewSide.Buyer, Write(5)))).Error?.Code);
        Assert.Equal(ErrorCode.ReviewNotFound, (await _host.Grains.Review(ReviewId.Of(order, 3)).Handle(By(ReviewSide.Buyer, Write(5)))).Error?.Code);
        _clock.Now += Promised.ReviewWithin;
        Assert.Equal(ErrorCode.ReviewNotAllowed, (await _host.Grains.Review(ReviewId.Of(order, 2)).Handle(By(ReviewSide.Buyer, Write(5)))).Error?.Code);
        Assert.True((await early.Handle(By(ReviewSide.Buyer, Add(Kind)))).IsOk);
    }

    [Fact]
    public async Task Strangers_get_what_a_missing_order_gives_from_every_method_for_people()
    {
        var order = await Completed();
        await _host.Grains.Review(ReviewId.Of(order, 1)).Handle(By(ReviewSide.Buyer, Write(1, Doubtful)));
        foreach (var id in (ReviewId[])[ReviewId.Of(order, 1), ReviewId.Of(order, 2), ReviewId.Of(order, 50), ReviewId.Of(new OrderId("999"), 1)])
        {
            var review = _host.Grains.Review(id);
            Assert.Equal(OrderRules.NotFound, (await review.Get(Eve)).Error);
            foreach (var command in (ReviewCommand[])[Write(5), Add(Kind), Reply(Kind)])
            {
                Assert.Equal(OrderRules.NotFound, (await review.Handle(new ReviewRequest(NewId(), Eve, command))).Error);
            }
        }

        Assert.Equal(ReviewRules.NotFound, (await _host.Grains.Review(ReviewId.Of(order, 2)).Decide(Approve(ReviewPart.Text))).Error);
    }

    [Fact]
    public async Task Agent_who_left_is_a_stranger()
    {
        var gone = new UserId("gone");
        var review = await Reviewed();
        await _host.Grains.Store(Given.Shop).AddAgent(Given.Elena, gone);
        Assert.True((await review.Get(gone)).IsOk);
        await _host.Grains.Store(Given.Shop).RemoveAgent(Given.Elena, gone);
        Assert.Equal(OrderRules.NotFound, (await review.Handle(new ReviewRequest(NewId(), gone, Reply(Kind)))).Error);
    }

    [Fact]
    public async Task The_same_command_many_times_at_once_is_one_review_and_one_rating()
    {
        var review = _host.Grains.Review(ReviewId.Of(await Completed(), 1));
        var request = By(ReviewSide.Buyer, Write(5, Kind));
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => review.Handle(request)));
        Assert.All(replies, reply => Assert.Equal(5, reply.Value!.Stars));
        await Rated(1);
        Assert.Equal(ErrorCode.IdConflict, (await review.Handle(request with { Command = Write(1) })).Error?.Code);
    }

    [Fact]
    public async Task Of_two_moderators_at_once_the_first_decides_and_the_other_is_told()
    {
        for (var round = 0; round < 5; round++)
        {
            var review = await Reviewed(Doubtful);
            var approve = Approve(ReviewPart.Text);
            var reject = Reject(ReviewPart.Text) with { Moderator = Max };
            var replies = await Task.WhenAll(review.Decide(approve), review.Decide(reject));
            var winner = Assert.Single(replies, reply => reply.IsOk).Value!;
            Assert.Equal(ErrorCode.NotHeld, replies.Single(reply => !reply.IsOk).Error!.Code);
            var again = await review.Decide(winner.Reason is null ? approve : reject);
            Assert.Equal((winner.State, winner.DecidedAt), (again.Value!.State, again.Value.DecidedAt));
            Assert.Equal(winner.State, (await review.Get(Given.Anna)).Value!.Review!.Text!.State);
        }

        Assert.Equal(0, await Reviews.CountHeld());
    }

    [Fact]
    public async Task Author_is_masked_as_they_were_named_when_they_wrote()
    {
        var review = await Reviewed();
        await _host.Grains.User(Given.Anna).SetProfile("Zoe");
        Assert.Equal("A***a", (await review.Get(Given.Elena)).Value!.Review!.Author);
    }

    [Fact]
    public async Task A_write_of_another_process_makes_the_outcome_unknown_and_the_repeat_finds_the_truth()
    {
        var review = await Reviewed();
        await Rated(1);
        await Settled();
        await _host.MoveStateVersions();
        var request = By(ReviewSide.Buyer, Add(Kind));
        Assert.Equal(ErrorCode.OutcomeUnknown, (await review.Handle(request)).Error?.Code);
        await Eventually(async () => (await review.Handle(request)).IsOk);
        Assert.Equal(Kind, (await review.Get(Given.Elena)).Value!.Review!.FollowUp!.Content.Text);
    }

    [Fact]
    public async Task Rating_that_cannot_be_told_is_told_later_and_counts_once()
    {
        _ratings.Failing = true;
        var review = await Reviewed();
        await Eventually(() => Task.FromResult(_ratings.Asked > 0));
        Assert.Equal(5, (await review.Get(Given.Anna)).Value!.Review!.Stars);
        Assert.Equal(0, (await _host.Grains.Rating(Given.Shop).Get()).Stars.Total);
        _ratings.Failing = false;
        await Rated(1);
        await Settled();
    }

    /// <summary>The row is all that is left of the process that wrote it: whoever sweeps finds it.</summary>
    [Fact]
    public async Task Rating_of_a_review_whose_process_died_is_told_by_who_sweeps()
    {
        _ratings.Failing = true;
        await Reviewed();
        _host = await _host.Restart();
        await Task.WhenAll(Enumerable.Range(0, Limits.DeadlineSweepers).Select(number => _host.Grains.DeadlineSweeper(number).Wake()));
        Assert.NotEqual(0, (await _host.Query("SELECT count(*) FROM grain_state WHERE wake_at IS NOT NULL", row => row.GetInt64(0)))[0]);
        _ratings.Failing = false;
        _clock.Now += TimeSpan.FromSeconds(10);
        await Rated(1);
        await Settled();
    }

    /// <summary>Told, but not noted: the repeat changes nothing.</summary>
    [Fact]
    public async Task Rating_told_twice_counts_once()
    {
        _ratings.LosingAnswers = true;
        await Reviewed();
        await Eventually(() => Task.FromResult(_ratings.Lost > 0));
        _ratings.LosingAnswers = false;
        await Settled();
        Assert.True(_ratings.Asked > 1);
        await Rated(1);
    }

    private async Task<IReviewGrain> Reviewed(string? text = null)
    {
        var review = _host.Grains.Review(ReviewId.Of(await Completed(), 1));
        var request = By(ReviewSide.Buyer, Write(5, text));
        await Eventually(async () => (await review.Handle(request)).IsOk);
        return review;
    }

    private async Task<OrderId> Placed()
    {
        var id = new OrderId($"order-{Interlocked.Increment(ref _orders)}");
        var place = new OrderRequest(new CommandId("place"), Given.Anna, null, GivenOrder.Place with { Order = id });
        await Eventually(async () => (await _host.Grains.Order(id).Handle(place)).IsOk);
        return id;
    }

    private async Task<OrderId> Completed()
    {
        var id = await Placed();
        await Complete(id);
        return id;
    }

    private async Task Complete(OrderId id)
    {
        var order = _host.Grains.Order(id);
        await Do(null, GivenOrder.Pay);
        var check = (await order.Get(Given.Anna)).Value!.Deadlines[0];
        _clock.Now = check.At > _clock.Now ? check.At : _clock.Now;
        await Eventually(async () =>
        {
            await order.ApplyDeadline(check.Kind, check.Version);
            return (await order.Get(Given.Anna)).Value!.Status == OrderStatus.AwaitingShipment;
        });
        await Do(Given.Elena, GivenOrder.ShipAll);
        await Do(Given.Anna, new ConfirmReceipt());

        async Task Do(UserId? by, OrderCommand command)
        {
            var version = (await order.Get(Given.Anna)).Value!.Version;
            var request = new OrderRequest(new CommandId($"do-{version}"), by, by is null ? null : version, command);
            await Eventually(async () => (await order.Handle(request)).IsOk);
        }
    }

    private Task Rated(long times) => Eventually(async () =>
    {
        var total = (await _host.Grains.Rating(Given.Shop).Get()).Stars.Total;
        Assert.True(total <= times, $"{total} ratings count where {times} were given.");
        return total == times;
    });

    /// <summary>Until no review has anything left to tell.</summary>
    private Task Settled() => Eventually(async () =>
        (await _host.Query("SELECT count(*) FROM grain_state WHERE wake_at IS NOT NULL", row => row.GetInt64(0)))[0] == 0);

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await Holds())
        {
            await Task.Delay(20, patience.Token);
        }

        async Task<bool> Holds()
        {
            try
            {
                return await condition();
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    /// <summary>The product's log of ratings, which a test may have refuse, or lose its answers.</summary>
    private sealed class RatingsThatFail : IRatingLog
    {
        private readonly ConcurrentQueue<ReviewId> _asked = new();
        private IRatingLog _log = null!;

        public bool Failing { get; set; }

        public bool LosingAnswers { get; set; }

        public int Asked => _asked.Count;

        public int Lost { get; private set; }

        public RatingsThatFail Before(IRatingLog log)
        {
            _log = log;
            return this;
        }

        public async Task<RatingOutcome> Record(RatingEntry entry)
        {
            _asked.Enqueue(entry.Review);
            if (Failing)
            {
                return new RatingOutcome(AppendStatus.Busy, default);
            }

            var outcome = await _log.Record(entry);
            if (!LosingAnswers)
            {
                return outcome;
            }

            Lost++;
            return new RatingOutcome(AppendStatus.Unknown, default);
        }

        public Task<IReadOnlyList<RatingDay>> Load(StoreId store, DateOnly from) => _log.Load(store, from);
    }
}
