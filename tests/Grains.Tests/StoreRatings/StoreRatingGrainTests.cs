using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;
using Chat.Grains.Tests.Hosting;
using Chat.Grains.Tests.Orders;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using static Chat.Grains.Tests.StoreRatings.RatingCase;

namespace Chat.Grains.Tests.StoreRatings;

/// <summary>Ratings on the host of this build over a real database, with accidents in between, against a recount of the entries.</summary>
public sealed class StoreRatingGrainTests : IAsyncLifetime
{
    private static readonly StoreId Store = new("casa-lumbre");

    private readonly OrderClock _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly Policy _policy = new() { RatingMinimum = 3 };
    private readonly Accidents _accidents = new();
    private GrainHostFixture _host = null!;

    private IStoreRatingGrain Rating => _host.Grains.Rating(Store);

    public async Task InitializeAsync() => _host = await GrainHostFixture.StartProduct(
        services =>
        {
            services.AddSingleton(Microsoft.Extensions.Options.Options.Create(_policy));
            services.AddSingleton(new PolicyClock(_clock));
        },
        services =>
        {
            services.AddSingleton<SqlRatingLog>();
            services.AddSingleton<IRatingLog>(provider => new AccidentProneLog(provider.GetRequiredService<SqlRatingLog>(), _accidents));
        });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_store_without_ratings_has_none() =>
        Assert.Equal(new StoreRating(Store, default, null, 3, 6), await Rating.Get());

    [Fact]
    public async Task A_rating_is_seen_when_its_record_is_answered_and_once()
    {
        for (var repeat = 0; repeat < 3; repeat++)
        {
            Assert.True((await Rating.Record(Given(1, 4))).IsOk);
            Assert.Equal(StarCounts.Of(4), (await Rating.Get()).Stars);
        }

        await Rating.Record(Given(2, 1));
        Assert.Null((await Rating.Get()).Positive);
        await Rating.Record(Given(3, 5));
        Assert.Equal(2.0 / 3, (await Rating.Get()).Positive);
    }

    [Fact]
    public async Task The_window_rolls_without_a_write()
    {
        await Rating.Record(Given(1, 5));
        _clock.Now = new DateTimeOffset(2027, 5, 21, 23, 59, 59, TimeSpan.Zero);
        Assert.Equal(1, (await Rating.Get()).Stars.Total);
        _clock.Now = new DateTimeOffset(2027, 5, 22, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(0, (await Rating.Get()).Stars.Total);
        _clock.Now = new DateTimeOffset(2027, 5, 21, 23, 59, 59, TimeSpan.Zero);
        Assert.Equal(1, (await Rating.Get()).Stars.Total);
    }

    [Fact]
    public async Task A_clock_set_back_beyond_what_was_loaded_brings_the_older_days()
    {
        await Rating.Record(Given(1, 5));
        _clock.Now = _clock.Now.AddYears(1);
        _host = await _host.Restart();
        Assert.Equal(0, (await Rating.Get()).Stars.Total);
        _clock.Now = _clock.Now.AddYears(-1);
        Assert.Equal(1, (await Rating.Get()).Stars.Total);
    }

    [Fact]
    public async Task Stars_beyond_one_to_five_are_a_bug_of_the_caller()
    {
        foreach (var stars in (int[])[0, 6])
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Rating.Record(Given(1, stars)));
        }

        Assert.Equal(default, (await Rating.Get()).Stars);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_rating_equals_a_recount_of_the_entries_after_every_step(int seed)
    {
        var random = new Random(seed);
        var given = new List<RatingGiven>();
        for (var step = 0; step < 120; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    _clock.Now = _clock.Now.AddDays(random.Next(40));
                    break;
                case 1 when step % 40 == 39:
                    _host = await _host.Restart();
                    break;
                case 2 when given.Count > 0:
                    Assert.True((await Rating.Record(given[random.Next(given.Count)])).IsOk);
                    break;
                case 3 or 4:
                    var lost = New();
                    _accidents.Next = (Accident)random.Next(1, 4);
                    var refusal = (await Rating.Record(lost)).Error!;
                    Assert.True(refusal.IsTemporary);
                    await Check();
                    Assert.True((await Rating.Record(lost)).IsOk);
                    break;
                default:
                    var several = Enumerable.Range(0, random.Next(1, 8)).Select(_ => New()).ToArray();
                    Assert.All(await Task.WhenAll(several.Select(one => Rating.Record(one))), reply => Assert.True(reply.IsOk));
                    break;
            }

            await Check();
        }

        _host = await _host.Restart();
        await Check();

        RatingGiven New()
        {
            given.Add(new RatingGiven(Review(given.Count), random.Next(1, 6), _clock.Now.AddHours(-random.Next(24 * 250))));
            return given[^1];
        }
    }

    [Fact]
    public async Task Readers_are_answered_while_a_thousand_ratings_wait_behind_a_blocked_commit()
    {
        Assert.True((await Rating.Record(Given(0, 5))).IsOk);
        var address = _host.Services.GetRequiredService<ChatDatabase>().ConnectionString;
        await using var holder = new SqliteConnection(address + ";Pooling=false");
        holder.Open();
        var held = holder.BeginTransaction(deferred: false);
        var ratings = Enumerable.Range(1, 1_000).Select(number => Rating.Record(Given(number, 4))).ToArray();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(StarCounts.Of(5), (await Rating.Get()).Stars);
        }

        Assert.DoesNotContain(ratings, rating => rating.IsCompletedSuccessfully);
        await held.RollbackAsync();

        // Whether each was answered in time is not what this is about: a repeat of each is.
        await Task.WhenAll(ratings.Select(rating => rating.ContinueWith(static _ => { }, TaskScheduler.Default)));
        Assert.All(await Task.WhenAll(Enumerable.Range(1, 1_000).Select(number => Rating.Record(Given(number, 4)))), reply => Assert.True(reply.IsOk));
        Assert.Equal(new StarCounts(0, 0, 0, 1_000, 1), (await Rating.Get()).Stars);
        await Check();
    }

    private async Task Check()
    {
        var from = SqlRatingLog.NumberOf(RatingRules.From(_clock.Now, _policy.RatingMonths));
        var entries = await _host.Query(
            $"SELECT stars FROM rating WHERE store = '{Store}' AND day >= {from}", static row => (int)row.GetInt16(0));

        Assert.Equal(Sum(entries), (await Rating.Get()).Stars);
    }

    private RatingGiven Given(int number, int stars) => new(Review(number), stars, _clock.Now);

    /// <summary>What may happen to a record.</summary>
    private enum Accident
    {
        None,
        Busy,
        LostBefore,
        LostAfter,
    }

    private sealed class Accidents
    {
        public Accident Next { get; set; }
    }

    /// <summary>The real log behind a network that loses requests and answers.</summary>
    private sealed class AccidentProneLog(IRatingLog log, Accidents accidents) : IRatingLog
    {
        public async Task<RatingOutcome> Record(RatingEntry entry)
        {
            var accident = accidents.Next;
            accidents.Next = Accident.None;
            if (accident is Accident.None or Accident.LostAfter)
            {
                var outcome = await log.Record(entry);
                return accident == Accident.None ? outcome : new RatingOutcome(AppendStatus.Unknown, default);
            }

            return new RatingOutcome(accident == Accident.Busy ? AppendStatus.Busy : AppendStatus.Unknown, default);
        }

        public Task<IReadOnlyList<RatingDay>> Load(StoreId store, DateOnly from) => log.Load(store, from);
    }
}
