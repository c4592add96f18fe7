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

    /// <summary>How many watchers are written to before others have a turn.</summary>
    private const int AtOnceMax = 512;

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
    private readonly Dictionary<ClientConnection, Watcher> _watchers = [];

    /// <summary>Stores whose watchers must be told, in the order of their changes.</summary>
    private readonly Queue<Watched> _changed = [];

    /// <summary>Whether somebody tells, or is about to. One at a time, so that nobody hears an older word after a newer one.</summary>
    private bool _telling;

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
            if (entry.IsWatched && Shown(view) != entry.Told)
            {
                TellSoon(entry);
            }
        }
    }

    /// <summary>Within the gate.</summary>
    private void TellSoon(Watched entry)
    {
        if (!entry.Waits)
        {
            entry.Waits = true;
            _changed.Enqueue(entry);
        }

        if (!_telling)
        {
            _telling = true;
            _ = TellAll();
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

        var due = _watched.Values.Where(entry => !entry.IsWatched || IsDue(entry, now));
        return Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = ParallelMax }, async (entry, _) => await Renew(entry));
    }

    private List<Watched> Register(ClientConnection connection, ImmutableHashSet<StoreId> stores)
    {
        lock (_gate)
        {
            stores = connection.IsEnded ? [] : stores;
            if (!_watchers.TryGetValue(connection, out var watcher))
            {
                if (stores.IsEmpty)
                {
                    return [];
                }

                _watchers.Add(connection, watcher = new Watcher(connection));
            }

            foreach (var store in watcher.Stores.Except(stores))
            {
                if (_watched.TryGetValue(store, out var left))
                {
                    left.Remove(watcher);
                }
            }

            var entries = new List<Watched>(stores.Count);
            foreach (var store in stores)
            {
                var entry = _watched.GetOrAdd(store, store => new Watched(store));
                entry.Add(watcher);
                entries.Add(entry);
            }

            watcher.Stores = stores;
            if (stores.IsEmpty)
            {
                _watchers.Remove(connection);
            }

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
            if (!entry.IsWatched)
            {
                lock (_gate)
                {
                    if (entry.IsWatched || !_watched.TryRemove(KeyValuePair.Create(entry.Store, entry)))
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

    private async Task TellAll()
    {
        do
        {
            // Off the gate, also where nothing is to be waited for.
            var left = _toldAt is { } told ? policy.Value.PresenceGather - time.GetElapsedTime(told) : TimeSpan.Zero;
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time)
                .ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
            try
            {
                await Tell(Take());
            }
            catch (Exception error)
            {
                LogNotTold(error);
            }
        }
        while (GoesOn());
    }

    /// <summary>What changed until now, with those who must hear it; only the oldest change where each is told by itself.</summary>
    private List<(PresenceView View, Watcher[] Watchers)> Take()
    {
        lock (_gate)
        {
            _toldAt = time.GetTimestamp();
            var changes = new List<(PresenceView, Watcher[])>(_changed.Count);
            while (_changed.TryDequeue(out var entry))
            {
                entry.Waits = false;
                entry.Told = Shown(entry.Latest!);
                changes.Add((entry.Latest!, entry.Watchers));
                if (policy.Value.PresenceGather == TimeSpan.Zero)
                {
                    break;
                }
            }

            return changes;
        }
    }

    private bool GoesOn()
    {
        lock (_gate)
        {
            return _telling = _changed.Count > 0;
        }
    }

    /// <summary>Writes to each watcher once. No write waits: what a slow one does not take stays in its queue.</summary>
    private async Task Tell(List<(PresenceView View, Watcher[] Watchers)> changes)
    {
        var nothing = new ChangeList();
        var told = new List<Watcher>(changes.Max(change => change.Watchers.Length));
        foreach (var (view, watchers) in changes)
        {
            foreach (var watcher in watchers)
            {
                if (watcher.Changes is not { } list || list.Empty != nothing)
                {
                    list = nothing;
                    told.Add(watcher);
                }

                watcher.Changes = list.With(view);
            }
        }

        for (var i = 0; i < told.Count; i++)
        {
            var item = told[i].Changes!.Event(Event);
            told[i].Changes = null;
            if (told[i].Connection.Queue(item))
            {
                told[i].Connection.WriteQueued();
            }

            if (i % AtOnceMax == AtOnceMax - 1)
            {
                // Messages must not stand behind a crowd.
                await Task.Yield();
            }
        }
    }

    private OutgoingEvent Event(PresenceView[] views) => OutgoingEvent.Of(new PresenceEvent(ToWire(views)));

    private PresenceWire[] ToWire(PresenceView[] views)
    {
        var until = time.GetUtcNow() + ToldFor;
        return Array.ConvertAll(views, view => view.ToWire(until));
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

    [LoggerMessage(2, LogLevel.Error, "Watchers could not be told of changes")]
    private partial void LogNotTold(Exception error);
}
