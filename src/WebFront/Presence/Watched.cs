using System.Collections.Immutable;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;

namespace Chat.WebFront.Presence;

/// <summary>A connection that looks at stores' dots.</summary>
internal sealed class Watcher(ClientConnection connection)
{
    public ClientConnection Connection => connection;

    /// <summary>The stores looked at; replaced whole, within the gate.</summary>
    public ImmutableHashSet<StoreId> Stores { get; set; } = [];

    /// <summary>What it is about to be told. Belongs to whoever tells.</summary>
    public ChangeList? Changes { get; set; }
}

/// <summary>A store whose dot is looked at here.</summary>
internal sealed class Watched(StoreId store)
{
    /// <summary>Statements that came by themselves. Changed within the gate.</summary>
    public int Published;

    private readonly HashSet<Watcher> _watchers = [];
    private Watcher[]? _copy;
    private int _count;

    public StoreId Store => store;

    /// <summary>Whether anybody looks. Changed within the gate.</summary>
    public bool IsWatched => Volatile.Read(ref _count) > 0;

    /// <summary>Who looks, as a copy that stays as it is. Within the gate.</summary>
    public Watcher[] Watchers => _copy ??= [.. _watchers];

    /// <summary>Whether it is in the queue of those whose watchers must be told. Within the gate.</summary>
    public bool Waits { get; set; }

    public PresenceView? Latest { get; set; }

    public DateTimeOffset RenewedAt { get; set; }

    /// <summary>What the watchers were last told.</summary>
    public (PresenceStatus, DateTimeOffset?)? Told { get; set; }

    /// <summary>Within the gate.</summary>
    public void Add(Watcher watcher) => Changed(_watchers.Add(watcher));

    /// <summary>Within the gate.</summary>
    public void Remove(Watcher watcher) => Changed(_watchers.Remove(watcher));

    private void Changed(bool really)
    {
        if (really)
        {
            _copy = null;
            Volatile.Write(ref _count, _watchers.Count);
        }
    }
}
