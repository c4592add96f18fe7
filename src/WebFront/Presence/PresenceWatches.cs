using System.Collections.Concurrent;
using System.Collections.Immutable;
using Chat.Grains;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Connections;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Presence;

/// <summary>
/// Who here looks at which store's dot. The front watches each store once, however many look, and tells its watchers at most
/// once in <see cref="Policy.PresenceGather"/>.
/// </summary>
internal sealed partial class PresenceWatches(
    IGrainFactory grains,
    StoreNames names,
    FrontIdentity identity,
    TimeProvider time,
    IOptions<Policy> policy,
    ILogger<PresenceWatches> logger)
{
    private const int ParallelMax = 32;

    /// <summary>A store whose dot changes with every question is told as it was last answered.</summary>
    private const int AsksMax = 3;

    /// <summary>A statement about to run out is asked for again, but not more often than this.</summary>
    private static readonly TimeSpan RenewAtMostEvery = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a client may rely on what it was told. The leases behind it are far shorter, but watching them is this
    /// front's work: a quiet store costs its watchers one call in this time, not one event with each renewal.
    /// </summary>
    private static readonly TimeSpan ToldFor = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<StoreId, Watched> _watched = new();
    private readonly HashSet<Watched> _changed = [];
    private bool _gathering;

    /// <summary>When watchers were last told, on the clock of <see cref="TimeProvider.GetTimestamp"/>; null before the first time.</summary>
    private long? _toldAt;

    /// <summary>Replaces a connection's watch set; answers one presence for each store that exists.</summary>
    public async Task<IReadOnlyList<PresenceWire>> Replace(ClientConnection connection, ImmutableHashSet<StoreId> stores)
    {
        var known = new List<StoreId>();
        foreach (var store in stores)
        {
            if (await names.Find(store) is not null)
            {
                known.Add(store);
            }
        }

        var entries = Register(connection, [.. known]);
        await Task.WhenAll(entries.Select(KnowNow));
        return ToWire(Answer(entries));
    }

    /// <summary>The connection looks no more.</summary>
    public void Leave(ClientConnection connection) => Register(connection, []);

    /// <summary>Passes a newer statement on to whoever watches.</summary>
    public void Publish(PresenceView view)
    {
        if (!_watched.TryGetValue(view.Store, out var entry))
        {
            _ = Unwatch(view.Store);
            return;
        }

        lock (_gate)
        {
            entry.Latest = view;
            entry.Published++;
            if (!entry.Watchers.IsEmpty && Shown(view) != entry.Told)
            {
                TellSoon(entry);
            }
        }
    }

    /// <summary>Within the gate.</summary>
    private void TellSoon(Watched entry)
    {
        _changed.Add(entry);
        if (!_gathering)
        {
            _gathering = true;
            _ = FlushSoon();
        }
    }

    /// <summary>Renews what is due and gives back what nobody watches any more.</summary>
    public Task Tick(DateTimeOffset now)
    {
        foreach (var entry in _watched.Values)
        {
            // The grain's silo may be gone: the leases end here as well, whoever can or cannot be asked.
            if (entry.Latest is { Status: not PresenceStatus.Offline } latest && latest.Until <= now)
            {
                Publish(latest with { Status = PresenceStatus.Offline });
            }
        }

        var due = _watched.Values.Where(entry => entry.Watchers.IsEmpty || IsDue(entry, now));
        return Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = ParallelMax }, async (entry, _) => await Renew(entry));
    }

    private List<Watched> Register(ClientConnection connection, ImmutableHashSet<StoreId> stores)
    {
        lock (_gate)
        {
            stores = connection.IsEnded ? [] : stores;
            foreach (var store in connection.Watched.Except(stores))
            {
                if (_watched.TryGetValue(store, out var left))
                {
                    left.Watchers = left.Watchers.Remove(connection);
                }
            }

            var entries = new List<Watched>(stores.Count);
            foreach (var store in stores)
            {
                var entry = _watched.GetOrAdd(store, store => new Watched(store));
                entry.Watchers = entry.Watchers.Add(connection);
                entries.Add(entry);
            }

            connection.Watched = stores;
            return entries;
        }
    }

    private async Task KnowNow(Watched entry)
    {
        var now = time.GetUtcNow();
        if (entry.Latest is not { } latest || latest.Until <= now || now - entry.RenewedAt >= policy.Value.FrontRenewal)
        {
            await Ask(entry);
        }
    }

    /// <summary>
    /// What is known last: while the grain of one store was slow to answer, the dot of another may have been told anew, and an
    /// older word that comes after a newer one would stay. Whoever was told otherwise before is told too.
    /// </summary>
    private PresenceView[] Answer(List<Watched> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                if (entry.Told is null)
                {
                    entry.Told = Shown(entry.Latest!);
                }
                else if (entry.Told != Shown(entry.Latest!))
                {
                    TellSoon(entry);
                }
            }

            return [.. entries.Select(entry => entry.Latest!)];
        }
    }

    /// <summary>A statement that was pushed meanwhile may be newer than the answer, or older: then it asks again.</summary>
    private async Task<PresenceView> Ask(Watched entry)
    {
        for (var tries = 1; ; tries++)
        {
            var asked = time.GetUtcNow();
            var published = Volatile.Read(ref entry.Published);
            var view = await grains.Presence(entry.Store).Watch(identity.Address);
            lock (_gate)
            {
                if (entry.Published == published || tries == AsksMax)
                {
                    entry.RenewedAt = asked;
                    entry.Latest = view;
                    return view;
                }
            }
        }
    }

    private bool IsDue(Watched entry, DateTimeOffset now)
    {
        var age = now - entry.RenewedAt;
        var runsOut = entry.Latest is { Status: not PresenceStatus.Offline } latest && latest.Until - now < policy.Value.PresenceLease / 2;
        return age >= policy.Value.FrontRenewal || runsOut && age >= RenewAtMostEvery;
    }

    private async Task Renew(Watched entry)
    {
        try
        {
            if (entry.Watchers.IsEmpty)
            {
                lock (_gate)
                {
                    if (!entry.Watchers.IsEmpty || !_watched.TryRemove(KeyValuePair.Create(entry.Store, entry)))
                    {
                        return;
                    }
                }

                await grains.Presence(entry.Store).Unwatch(identity.Id);
                return;
            }

            var before = entry.Latest;
            var view = await Ask(entry);
            if (view != before)
            {
                Publish(view);
            }
        }
        catch (Exception error)
        {
            LogNotRenewed(entry.Store, error);
        }
    }

    private async Task FlushSoon()
    {
        // Off the gate, also where nothing is to be waited for.
        var left = _toldAt is { } told ? policy.Value.PresenceGather - time.GetElapsedTime(told) : TimeSpan.Zero;
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time)
            .ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Watched[] changed;
        lock (_gate)
        {
            changed = [.. _changed];
            _changed.Clear();
            _gathering = false;
            _toldAt = time.GetTimestamp();
            foreach (var entry in changed)
            {
                entry.Told = Shown(entry.Latest!);
            }
        }

        var byConnection = new Dictionary<ClientConnection, List<PresenceView>>();
        foreach (var entry in changed)
        {
            foreach (var watcher in entry.Watchers)
            {
                if (!byConnection.TryGetValue(watcher, out var views))
                {
                    byConnection.Add(watcher, views = []);
                }

                views.Add(entry.Latest!);
            }
        }

        // Most watchers look at one store: they share one event.
        var alone = new Dictionary<StoreId, OutgoingEvent>();
        foreach (var (watcher, views) in byConnection)
        {
            if (views.Count > 1)
            {
                watcher.Send(Event(views));
            }
            else
            {
                var view = views[0];
                if (!alone.TryGetValue(view.Store, out var item))
                {
                    alone.Add(view.Store, item = Event(views));
                }

                watcher.Send(item);
            }
        }
    }

    private OutgoingEvent Event(List<PresenceView> views) => OutgoingEvent.Of(new PresenceEvent(ToWire(views)));

    private PresenceWire[] ToWire(IReadOnlyList<PresenceView> views)
    {
        var until = time.GetUtcNow() + ToldFor;
        return [.. views.Select(view => view.ToWire(until))];
    }

    /// <summary>What a person can see of a statement; another end of its lease is not worth an event.</summary>
    private static (PresenceStatus, DateTimeOffset?) Shown(PresenceView view) =>
        (view.Status, view.Status == PresenceStatus.Offline ? view.LastSeen : null);

    private async Task Unwatch(StoreId store)
    {
        try
        {
            await grains.Presence(store).Unwatch(identity.Id);
        }
        catch (Exception error)
        {
            LogNotRenewed(store, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The watch of {Store} could not be renewed; it is tried again")]
    private partial void LogNotRenewed(StoreId store, Exception error);

    private sealed class Watched(StoreId store)
    {
        /// <summary>Statements that came by themselves. Changed within the gate.</summary>
        public int Published;

        public StoreId Store => store;

        public ImmutableHashSet<ClientConnection> Watchers { get; set; } = [];

        public PresenceView? Latest { get; set; }

        public DateTimeOffset RenewedAt { get; set; }

        /// <summary>What the watchers were last told.</summary>
        public (PresenceStatus, DateTimeOffset?)? Told { get; set; }
    }
}
