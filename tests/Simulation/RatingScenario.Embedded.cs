using Chat.EmbeddedHost.Simulation;
using Chat.Grains;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Simulation;

/// <summary>
/// Several outboxes tell two stores their ratings, each until it is taken and some again afterwards, while activations crash and
/// exist twice, records are refused, lost, or stored without an answer, and the clock is set. What is acknowledged is stored, what a
/// reader is told is never more than what is stored, and in the end, at any date, it is a recount. In half of the runs no grain is
/// active twice: there a reader is also never told less than what was acknowledged before it asked.
/// </summary>
internal sealed class RatingScenario
{
    private const int Outboxes = 5;
    private const int RatingsEach = 12;

    private static readonly StoreId[] Shops = [new("shop"), new("other-shop")];

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedRatings _log;
    private readonly Dictionary<(StoreId Store, ReviewId), RatingEntry> _acknowledged = [];
    private readonly bool _mayBeTwice;
    private readonly Policy _policy = new() { RatingMonths = 1, RatingMinimum = 5 };
    private int _splits;
    private int _clockSet;
    private bool _healed;

    private RatingScenario(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _log = (SimulatedRatings)cluster.Services.GetRequiredService<IRatingLog>();
        _mayBeTwice = cluster.Random.Next(2) == 0;
    }

    public static SeedOutcome Run(int seed)
    {
        RatingScenario? scenario = null;
        var result = SimulatedCluster.Run(
            seed,
            new SimulationOptions
            {
                Host = options => options.Assemblies.Add(typeof(ChatGrains).Assembly),
                Services = AddServices,
            },
            cluster => (scenario = new RatingScenario(cluster)).Play());
        return new SeedOutcome(
            result,
            [
                new("ratings acknowledged", scenario!._acknowledged.Count, Outboxes * RatingsEach),
                new("repeats of what was stored", scenario._log.Repeats, 10),
                new("commits that lost their answer", scenario._log.CommittedUnknown, 2),
                new("double activations", scenario._splits, 0.5),
                new("times the clock was set", scenario._clockSet, 1),
            ]);
    }

    private static void AddServices(IServiceCollection services, SimulatedCluster cluster)
    {
        services.AddSimulatedChat(cluster);
        services.Configure<Policy>(policy =>
        {
            policy.RatingMonths = 1;
            policy.RatingMinimum = 5;
        });
        services.AddSingleton<IRatingLog>(new SimulatedRatings(cluster));
    }

    private async Task Play()
    {
        _cluster.CrashShare = 0.005;
        _log.UnknownShare = 0.15;
        _log.BusyShare = 0.05;
        _log.ReadFailureShare = 0.1;
        var accidents = Accidents();
        var readers = Shops.Select(Read).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Outboxes).Select(Send));
        _cluster.CrashShare = 0;
        _log.UnknownShare = _log.BusyShare = _log.ReadFailureShare = 0;
        _healed = true;
        await accidents;
        await Task.WhenAll(readers);
        _cluster.Merge();
        await Settle();
    }

    private async Task Send(int outbox)
    {
        for (var number = 1; number <= RatingsEach; number++)
        {
            var shop = Shops[_cluster.Random.Next(Shops.Length)];
            var at = _cluster.Time.GetUtcNow().AddHours(-_cluster.Random.Next(24 * 60));
            var rating = new RatingGiven(ReviewId.Of(new OrderId($"order-{outbox}"), number), _cluster.Random.Next(1, 6), at);
            await Tell(shop, rating);
            if (_cluster.Random.Next(3) == 0)
            {
                await Tell(shop, rating);
            }

            await _cluster.Pause(500);
        }
    }

    private async Task Tell(StoreId shop, RatingGiven rating)
    {
        while (true)
        {
            try
            {
                var reply = await _cluster.Grains.Rating(shop).Record(rating);
                if (reply.IsOk)
                {
                    _acknowledged[(shop, rating.Review)] = _log.Entries.Single(entry => entry.Store == shop && entry.Review == rating.Review);
                    return;
                }

                Assert.True(reply.Error.IsTemporary);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                // No answer; again.
            }

            await _cluster.Pause(100);
        }
    }

    /// <summary>Sums only grow: what a reader is told lies between what was certain when it asked and what is stored when it hears it.</summary>
    private async Task Read(StoreId shop)
    {
        while (!_healed)
        {
            await _cluster.Pause(50);
            var certain = _acknowledged.Values.Where(entry => entry.Store == shop).ToArray();
            var (clockSet, from) = (_clockSet, Window());
            try
            {
                var told = await _cluster.Grains.Rating(shop).Get();
                var stored = Sum(_log.Entries.Where(entry => entry.Store == shop));
                Assert.Equal(stored, StarCounts.Later(stored, told.Stars));
                if (!_mayBeTwice && clockSet == _clockSet && from == Window())
                {
                    Assert.Equal(told.Stars, StarCounts.Later(told.Stars, Sum(certain.Where(entry => entry.Day >= from))));
                }

                Assert.Equal(RatingRules.Positive(told.Stars, _policy.RatingMinimum), told.Positive);
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                // No answer; again.
            }
        }
    }

    private async Task Accidents()
    {
        while (!_healed)
        {
            await _cluster.Pause(1_000);
            var grain = _cluster.Grains.Rating(Shops[_cluster.Random.Next(Shops.Length)]);
            if (_mayBeTwice && _cluster.Random.Next(2) == 0)
            {
                _splits += _cluster.Split(grain) ? 1 : 0;
            }
            else
            {
                _cluster.Crash(grain);
            }

            _clockSet += _cluster.MaySet(TimeSpan.FromDays(3)) ? 1 : 0;
        }
    }

    /// <summary>Once everything is acknowledged and one activation is left: a recount, now and at any later date.</summary>
    private async Task Settle()
    {
        Assert.Equal(_log.Entries.Count(), _acknowledged.Count);
        foreach (var shop in Shops)
        {
            if (_mayBeTwice)
            {
                // What one of two never heard of comes with its end, or with the next rating of that day.
                _cluster.Crash(_cluster.Grains.Rating(shop));
            }

            for (var week = 0; week < 12; week++)
            {
                var from = Window();
                var expected = Sum(_log.Entries.Where(entry => entry.Store == shop && entry.Day >= from));
                Assert.Equal(expected, (await _cluster.Grains.Rating(shop).Get()).Stars);
                _cluster.Time.Set(TimeSpan.FromDays(7));
            }
        }
    }

    private DateOnly Window() => RatingRules.From(_cluster.Time.GetUtcNow(), _policy.RatingMonths);

    private static StarCounts Sum(IEnumerable<RatingEntry> entries) =>
        entries.Aggregate(default(StarCounts), static (sum, entry) => sum + StarCounts.Of(entry.Stars));
}
