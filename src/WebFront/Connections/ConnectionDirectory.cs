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
    private readonly ConcurrentDictionary<UserId, LocalUser> _users = new();
    private readonly ConcurrentDictionary<PrincipalId, LocalRecipient> _recipients = new();

    /// <summary>Sockets whose client has not said <c>hello</c> yet.</summary>
    private readonly ConcurrentDictionary<ClientConnection, bool> _strangers = new();

    public IEnumerable<ClientConnection> Strangers => _strangers.Select(entry => entry.Key);

    // Not the dictionaries' Values: those would copy everybody each time the clock looks.
    public IEnumerable<LocalRecipient> Recipients => _recipients.Select(entry => entry.Value);

    public IEnumerable<LocalUser> Users => _users.Select(entry => entry.Value);

    public IEnumerable<ClientConnection> Connections => Users.SelectMany(user => user.Connections);

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

    public LocalUser? Find(UserId user) => _users.GetValueOrDefault(user);

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

            var user = _users.GetOrAdd(id, id => new LocalUser(id));
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
            AddTo(user.Principal, user);
            foreach (var store in user.Stores.Keys)
            {
                AddTo(PrincipalId.Of(store), user);
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
            if (!_users.TryGetValue(connection.Identity.User, out var user) || !user.Connections.Contains(connection))
            {
                return [];
            }

            user.Connections = user.Connections.Remove(connection);
            if (!user.Connections.IsEmpty)
            {
                return [.. user.Stores.Keys.Select(store => Find(PrincipalId.Of(store))).OfType<LocalRecipient>()];
            }

            _users.TryRemove(user.Id, out _);
            return [RemoveFrom(user.Principal, user), .. user.Stores.Keys.Select(store => RemoveFrom(PrincipalId.Of(store), user))];
        }
    }

    /// <summary>Replaces what a user works for; answers the recipients that gained or lost the user.</summary>
    public IReadOnlyList<LocalRecipient> SetStores(LocalUser user, ImmutableDictionary<StoreId, LocalStore> stores)
    {
        lock (_gate)
        {
            var before = user.Stores;
            user.Stores = stores;
            if (user.Connections.IsEmpty)
            {
                return [];
            }

            var changed = new List<LocalRecipient>();
            changed.AddRange(before.Keys.Where(store => !stores.ContainsKey(store)).Select(store => RemoveFrom(PrincipalId.Of(store), user)));
            foreach (var store in stores.Keys)
            {
                var recipient = AddTo(PrincipalId.Of(store), user);
                if (!before.TryGetValue(store, out var known) || known.Agent != stores[store].Agent)
                {
                    changed.Add(recipient);
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
            if (recipient.Users.IsEmpty)
            {
                _recipients.TryRemove(KeyValuePair.Create(recipient.Id, recipient));
            }
        }
    }

    private LocalRecipient AddTo(PrincipalId principal, LocalUser user)
    {
        var recipient = _recipients.GetOrAdd(principal, principal => new LocalRecipient(principal));
        if (!recipient.Users.Contains(user))
        {
            recipient.Users = recipient.Users.Add(user);
        }

        return recipient;
    }

    private LocalRecipient RemoveFrom(PrincipalId principal, LocalUser user)
    {
        var recipient = _recipients.GetOrAdd(principal, principal => new LocalRecipient(principal));
        recipient.Users = recipient.Users.Remove(user);
        return recipient;
    }
}
