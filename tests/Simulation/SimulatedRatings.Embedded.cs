using Chat.EmbeddedHost.Simulation;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;

namespace Chat.Simulation;

/// <summary>
/// The contract of <see cref="IRatingLog"/> in memory, in virtual time, with a network in between: a record may be refused, be lost
/// before it has an effect, or have it and lose its answer. Answers may overtake each other.
/// </summary>
internal sealed class SimulatedRatings(SimulatedCluster cluster) : IRatingLog
{
    private readonly Dictionary<(StoreId, Grains.Reviews.ReviewId), RatingEntry> _entries = [];
    private readonly Dictionary<(StoreId Store, DateOnly Day), StarCounts> _days = [];
    private readonly Random _random = new(cluster.Random.Next());

    /// <summary>Share of records whose answer is "unknown"; half of them have had their effect.</summary>
    public double UnknownShare { get; set; }

    /// <summary>Share of records that are refused as too many.</summary>
    public double BusyShare { get; set; }

    /// <summary>Share of reads that fail.</summary>
    public double ReadFailureShare { get; set; }

    /// <summary>Records that took effect and were answered "unknown".</summary>
    public int CommittedUnknown { get; private set; }

    /// <summary>Records of what was there before.</summary>
    public int Repeats { get; private set; }

    /// <summary>What is stored, once each.</summary>
    public IEnumerable<RatingEntry> Entries => _entries.Values;

    public Task<RatingOutcome> Record(RatingEntry entry) => Visit(() =>
    {
        if (_random.NextDouble() < BusyShare)
        {
            return new RatingOutcome(AppendStatus.Busy, default);
        }

        var unknown = _random.NextDouble() < UnknownShare;
        if (unknown && _random.Next(2) == 0)
        {
            return new RatingOutcome(AppendStatus.Unknown, default);
        }

        var key = (entry.Store, entry.Day);
        if (_entries.TryAdd((entry.Store, entry.Review), entry))
        {
            _days[key] = _days.GetValueOrDefault(key) + StarCounts.Of(entry.Stars);
        }
        else
        {
            Repeats++;
        }

        CommittedUnknown += unknown ? 1 : 0;
        return unknown ? new RatingOutcome(AppendStatus.Unknown, default) : new RatingOutcome(AppendStatus.Stored, _days[key]);
    });

    public Task<IReadOnlyList<RatingDay>> Load(StoreId store, DateOnly from) => Visit<IReadOnlyList<RatingDay>>(() =>
        _random.NextDouble() < ReadFailureShare
            ? throw new StorageUnavailableException("Simulated.")
            : [.. _days.Where(day => day.Key.Store == store && day.Key.Day >= from).Select(day => new RatingDay(day.Key.Day, day.Value)).OrderBy(day => day.Day)]);

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
