using Chat.Grains.Conversations;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Orleans;

namespace Chat.Grains.Fronts;

/// <summary>Something a front end should tell connections. Always a hint: positions, not pushes, are the promise.</summary>
[GenerateSerializer, Immutable, Alias("Push")]
public abstract record Push;

/// <summary>A message was stored.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="Message">What.</param>
/// <param name="Origin">The connection that already knows.</param>
/// <param name="StoredAt">When the commit had ended, by the clock of whoever stored it.</param>
/// <param name="Trace">The span of the call that sent it, where that is traced.</param>
[GenerateSerializer, Immutable, Alias("MessagePush")]
public sealed record MessagePush(
    [property: Id(0)] ConversationId Conversation,
    [property: Id(1)] Message Message,
    [property: Id(2)] string? Origin,
    [property: Id(3)] DateTimeOffset StoredAt = default,
    [property: Id(4)] string? Trace = null) : Push;

/// <summary>Marks moved.</summary>
[GenerateSerializer, Immutable, Alias("ReceiptPush")]
public sealed record ReceiptPush([property: Id(0)] ConversationId Conversation, [property: Id(1)] Receipt Receipt) : Push;

/// <summary>Somebody types.</summary>
[GenerateSerializer, Immutable, Alias("TypingPush")]
public sealed record TypingPush([property: Id(0)] ConversationId Conversation, [property: Id(1)] PrincipalId Member, [property: Id(2)] UserId By) : Push;

/// <summary>Pushes to this principal may have been lost.</summary>
[GenerateSerializer, Immutable, Alias("ResyncPush")]
public sealed record ResyncPush([property: Id(0)] string Reason) : Push;

/// <summary>The user's stores changed: rights must be looked up again, unless it says what changed and that fits what is known.</summary>
/// <param name="Store">The store whose entry of the user is another now; null when there is more to it.</param>
/// <param name="Agent">That entry, by the store's own word.</param>
[GenerateSerializer, Immutable, Alias("StoresChangedPush")]
public sealed record StoresChangedPush([property: Id(0)] StoreId? Store = null, [property: Id(1)] StoreAgent? Agent = null) : Push;

/// <summary>A session ended: its connections must be closed.</summary>
[GenerateSerializer, Immutable, Alias("SessionRevokedPush")]
public sealed record SessionRevokedPush([property: Id(0)] string Session) : Push;

/// <summary>Pushes for one principal's connections on one front end.</summary>
[GenerateSerializer, Immutable, Alias("Delivery")]
public sealed record Delivery([property: Id(0)] PrincipalId To, [property: Id(1)] IReadOnlyList<Push> Pushes);

/// <summary>
/// What one process sends one front end at once. <paramref name="Number"/> counts up by one for each link; a front that
/// sees a gap knows that pushes were lost and tells all its connections to resync.
/// </summary>
[GenerateSerializer, Immutable, Alias("FrontBatch")]
public sealed record FrontBatch(
    [property: Id(0)] string Link,
    [property: Id(1)] long Number,
    [property: Id(2)] IReadOnlyList<Delivery> Deliveries,
    [property: Id(3)] IReadOnlyList<PresenceView> Presence);

/// <summary>A front end, as grains see it. One for each process.</summary>
[Alias("IFrontObserver")]
public interface IFrontObserver : IGrainObserver
{
    /// <summary>Takes a batch; returns as soon as it is queued, never waits for clients.</summary>
    Task Deliver(FrontBatch batch);
}

/// <summary>The front end of this very process, where it has one: it is told as any other, but without a call.</summary>
public interface ILocalFront
{
    /// <summary>Which one it is.</summary>
    FrontId Id { get; }

    /// <summary>The front end itself, not a reference to it.</summary>
    IFrontObserver Observer { get; }
}

/// <summary>A front end's address: who it is and how to reach it.</summary>
[GenerateSerializer, Immutable, Alias("FrontAddress")]
public sealed record FrontAddress([property: Id(0)] FrontId Id, [property: Id(1)] IFrontObserver Observer);

/// <summary>
/// The way out of a process: one bounded queue and one call in flight for each front end; what waits meanwhile goes as
/// one batch. Ours in each silo, never a grain.
/// </summary>
public interface IFrontLinks
{
    /// <summary>Queues pushes for a principal's connections. False when that front end is given up: forget it.</summary>
    bool TrySend(FrontAddress front, PrincipalId to, IReadOnlyList<Push> pushes);

    /// <summary>Queues a store's presence for a front end's watchers; a newer one replaces a waiting one.</summary>
    bool TrySend(FrontAddress front, PresenceView presence);
}

/// <summary>A grain that has live connections somewhere: a user or a store.</summary>
public interface IRecipient : IGrainWithStringKey
{
    /// <summary>
    /// This front end has connections of mine. Holds for <see cref="Policy.FrontLease"/>; renew earlier. The answer names
    /// the registration: when it differs from the one told before, pushes may have been lost in between.
    /// </summary>
    [Orleans.Concurrency.AlwaysInterleave]
    Task<Guid> Attach(FrontAddress front);

    /// <summary>This front end has none any more.</summary>
    [Orleans.Concurrency.AlwaysInterleave]
    Task Detach(FrontId front);

    /// <summary>Passes pushes on to every attached front end. Best effort.</summary>
    [Orleans.Concurrency.AlwaysInterleave]
    Task Tell(IReadOnlyList<Push> pushes);
}
