using System.Collections.Immutable;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Chat.WebFront.Access;

namespace Chat.WebFront.Connections;

/// <summary>A store a local user works for, as its grain last confirmed.</summary>
internal sealed record LocalStore(StoreProfile Profile, StoreAgent Agent);

/// <summary>
/// One user with connections here, or whose last one just went. Rights, limits and activity belong to the person, not the
/// socket. Is its own gate.
/// </summary>
internal sealed class LocalUser(UserId id) : LocalRecipient(PrincipalId.Of(id))
{
    private TurnQueue _refreshes;
    private TypingThrottle? _typing;
    private ImmutableArray<LocalUser> _alone;

    public UserId Id => id;

    /// <summary>Made when somebody types: most who are connected never do.</summary>
    public TypingThrottle Typing => _typing ?? Interlocked.CompareExchange(ref _typing, new TypingThrottle(), null) ?? _typing;

    /// <summary>Live connections. Written by the directory only.</summary>
    public ImmutableArray<ClientConnection> Connections { get; set; } = [];

    public override bool IsEmpty => Connections.IsEmpty;

    /// <summary>The user alone. Made with the first push: to most who are connected nothing is pushed.</summary>
    public override ImmutableArray<LocalUser> Users => IsEmpty ? [] : _alone.IsDefault ? _alone = [this] : _alone;

    /// <summary>Stores worked for. Written by the directory only.</summary>
    public ImmutableDictionary<StoreId, LocalStore> Stores { get; set; } = ImmutableDictionary<StoreId, LocalStore>.Empty;

    public string Name { get; set; } = id.Value;

    /// <summary>One look-up of rights at a time, so that an older answer never replaces a newer one.</summary>
    public ref TurnQueue Refreshes => ref _refreshes;

    /// <summary>Who the user acts as in a conversation: its buyer, its store, or nobody (null).</summary>
    public PrincipalId? ActsIn(ConversationId conversation) =>
        conversation.Buyer == id ? Principal
        : Stores.ContainsKey(conversation.Store) ? PrincipalId.Of(conversation.Store)
        : null;

    /// <summary>Notes whether a device is in use; true when the user was idle before and is not any more.</summary>
    public bool SetActive(ClientConnection connection, bool active, DateTimeOffset now)
    {
        lock (this)
        {
            var wasIdle = !IsActive();
            if (active || connection.IsActive)
            {
                connection.LastActive = now;
            }

            connection.IsActive = active;
            return active && wasIdle;
        }
    }

    /// <summary>When the user last used any connected device: now, while one is in use.</summary>
    public DateTimeOffset LastActive(DateTimeOffset now)
    {
        lock (this)
        {
            return IsActive() ? now : Connections.Select(connection => connection.LastActive).DefaultIfEmpty(now).Max();
        }
    }

    private bool IsActive() => Connections.Any(connection => connection.IsActive);
}
