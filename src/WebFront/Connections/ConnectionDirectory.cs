using System.Collections.Concurrent;
using System.Collections.Immutable;
using Chat.Grains.Shared;

namespace Chat.WebFront.Connections;

/// <summary>
/// Who is connected here, by user and by store. Finding the connections of a principal costs what it finds, however many
/// others there are. Changes take one lock; reading takes none.
/// </summary>
internal sealed class ConnectionDirectory
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<PrincipalId, LocalRecipient> _recipients = new();

    /// <summary>Sockets whose client has not said <c>hello</c> yet.</summary>
    private readonly ConcurrentDictionary<ClientConnection, bool> _strangers = new();

    public IEnumerable<ClientConnection> Strangers => _strangers.Select(entry => entry.Key);

    // Not the dictionary's Values: those would copy everybody each time the clock looks.
    public IEnumerable<LocalRecipient> Recipients => _recipients.Select(entry => entry.Value);

    public IEnumerable<LocalUser> Users => Recipients.OfType<LocalUser>().Where(user => !user.IsEmpty);

    public IEnumerable<ClientConnection> Connections
    {
        get
        {
            foreach (var user in Users)
            {
                foreach (var connection in user.Connections)
                {
                    yield return connection;
                }
            }
        }
    }

    /// <summary>What waits for all connections, and for the one with most events.</summary>
    public (int Events, long Bytes, int Longest) Waiting()
    {
        var (events, bytes, longest) = (0, 0L, 0);
        foreach (var connection in Connections)
        {
            var waiting = connection.Waiting;
            events += waiting.Events;
            bytes += waiting.Bytes;
            longest = Math.Max(longest, waiting.Events);
        }

        return (events, bytes, longest);
    }

    public LocalRecipient? Find(PrincipalId principal) => _recipients.GetValueOrDefault(principal);

    /// <summary>A user with connections here.</summary>
    public LocalUser? Find(UserId user) => Find(PrincipalId.Of(user)) is LocalUser { IsEmpty: false } found ? found : null;

    /// <summary>A store with agents here, or whose last agent just went.</summary>
    public LocalTeam? Find(StoreId store) => Find(PrincipalId.Of(store)) as LocalTeam;

    /// <summary>Notes a socket whose client has said nothing yet.</summary>
    public void Meet(ClientConnection connection) => _strangers[connection] = true;

    /// <summary>Takes a live connection in; null when its user holds <see cref="Limits.ConnectionsPerUserMax"/> already.</summary>
    public LocalUser? Join(ClientConnection connection)
    {
        var id = connection.Identity.User;
        lock (_gate)
        {
            if (connection.IsEnded)
            {
                return null;
            }

            var user = Of(id);
            if (user.Connections.Contains(connection))
            {
                return user;
            }

            if (user.Connections.Length >= Limits.ConnectionsPerUserMax)
            {
                return null;
            }

            _strangers.TryRemove(connection, out _);
            user.Connections = user.Connections.Add(connection);
            foreach (var store in user.Stores.Keys)
            {
                TeamOf(store).Add(user);
            }

            return user;
        }
    }

    /// <summary>
    /// Takes a connection out. Answers the recipients that lost somebody; those left without anybody stay listed until
    /// <see cref="Forget"/>, so that a connection that comes back at once meets the same entry.
    /// </summary>
    public IReadOnlyList<LocalRecipient> Leave(ClientConnection connection)
    {
        lock (_gate)
        {
            _strangers.TryRemove(connection, out _);
            if (Find(connection.Identity.User) is not { } user || !user.Connections.Contains(connection))
            {
                return [];
            }

            user.Connections = user.Connections.Remove(connection);
            var teams = user.Stores.Keys.Select(TeamOf).ToArray();
            if (!user.IsEmpty)
            {
                return teams;
            }

            foreach (var team in teams)
            {
                team.Remove(user);
            }

            // Who comes back is asked anew what they may: until then they get nothing that is a store's.
            user.Stores = ImmutableDictionary<StoreId, LocalStore>.Empty;
            return [user, .. teams];
        }
    }

    /// <summary>Replaces what a user works for; answers the recipients that gained or lost the user.</summary>
    public IReadOnlyList<LocalRecipient> SetStores(LocalUser user, ImmutableDictionary<StoreId, LocalStore> stores)
    {
        lock (_gate)
        {
            if (user.IsEmpty)
            {
                return [];
            }

            var before = user.Stores;
            user.Stores = stores;
            var changed = new List<LocalRecipient>();
            foreach (var store in before.Keys.Where(store => !stores.ContainsKey(store)))
            {
                var team = TeamOf(store);
                team.Remove(user);
                changed.Add(team);
            }

            foreach (var store in stores.Keys)
            {
                var team = TeamOf(store);
                team.Add(user);
                if (!before.TryGetValue(store, out var known) || known.Agent != stores[store].Agent)
                {
                    changed.Add(team);
                }
            }

            return changed;
        }
    }

    /// <summary>Drops an entry nobody came back to.</summary>
    public void Forget(LocalRecipient recipient)
    {
        lock (_gate)
        {
            if (recipient.IsEmpty)
            {
                _recipients.TryRemove(KeyValuePair.Create(recipient.Principal, recipient));
            }
        }
    }

    private LocalUser Of(UserId id)
    {
        if (Find(PrincipalId.Of(id)) is LocalUser known)
        {
            return known;
        }

        var user = new LocalUser(id);
        _recipients[user.Principal] = user;
        return user;
    }

    private LocalTeam TeamOf(StoreId id)
    {
        if (Find(id) is { } known)
        {
            return known;
        }

        var team = new LocalTeam(id);
        _recipients[team.Principal] = team;
        return team;
    }
}
