using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.Grains.StoreRatings;

/// <summary>
/// Holds the sums of a store's days in memory, one entry for each day that had ratings. The log stores and adds; what it answers
/// is what is durable, and since sums only grow, the higher of what is held and what is answered is right in whatever order
/// answers come, and whoever else writes.
/// </summary>
internal sealed class StoreRatingGrain(IRatingLog log, PolicyClock clock, IOptions<Policy> options) : Grain, IStoreRatingGrain
{
    private readonly Policy _policy = options.Value;
    private readonly Dictionary<DateOnly, StarCounts> _days = [];
    private StoreId _store;
    private DateOnly _loadedFrom = DateOnly.MaxValue;
    private Task? _loading;

    /// <summary>Counts the outcomes that are not known.</summary>
    private long _lost;

    /// <summary>How many of them came before the days were last read; memory may lack what later ones stored.</summary>
    private long _lostBeforeLoad;

    private static ChatError Busy { get; } = new(ErrorCode.Busy, "Too many ratings wait to be stored.", TimeSpan.FromSeconds(1));

    private static ChatError OutcomeUnknown { get; } =
        new(ErrorCode.OutcomeUnknown, "It is not known whether this was stored; repeat it with the same id.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        _store = PrincipalId.TryParse(key, out var principal) && principal.IsStore
            ? new StoreId(principal.Key)
            : throw new ArgumentException($"'{key}' is not a store.");
        return CatchUp(RatingRules.From(clock.Now, _policy.RatingMonths));
    }

    public async Task<Result<Done>> Record(RatingGiven rating)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rating.Stars, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rating.Stars, 5);
        var day = RatingRules.DayOf(rating.At);
        var outcome = await log.Record(new RatingEntry(_store, rating.Review, day, rating.Stars));
        switch (outcome.Status)
        {
            case AppendStatus.Stored:
                Hold(day, outcome.Day);
                return Done.Value;
            case AppendStatus.Busy:
                return Busy;
            default:
                _lost++;
                return OutcomeUnknown;
        }
    }

    public async Task<StoreRating> Get()
    {
        var now = clock.Now;
        var from = RatingRules.From(now, _policy.RatingMonths);
        while (_lost > _lostBeforeLoad || from < _loadedFrom)
        {
            await CatchUp(from);
        }

        return RatingRules.View(_store, _days, now, _policy);
    }

    /// <summary>Reads the days again; readers that come meanwhile wait for the same reading.</summary>
    private async Task CatchUp(DateOnly from)
    {
        _loading ??= Load(from);
        try
        {
            await _loading;
        }
        finally
        {
            _loading = null;
        }
    }

    private async Task Load(DateOnly from)
    {
        var lost = _lost;
        foreach (var day in await log.Load(_store, from))
        {
            Hold(day.Day, day.Stars);
        }

        _lostBeforeLoad = lost;
        _loadedFrom = from;
    }

    private void Hold(DateOnly day, StarCounts stars) => _days[day] = StarCounts.Later(_days.GetValueOrDefault(day), stars);
}
