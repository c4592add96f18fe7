using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.SellerPresence;

/// <summary>What a dot shows.</summary>
public enum PresenceStatus
{
    /// <summary>Nobody on duty is connected.</summary>
    Offline = 0,

    /// <summary>Connected, but nobody has touched anything for <see cref="Policy.AwayAfter"/>.</summary>
    Away = 1,

    /// <summary>Somebody on duty is connected and active.</summary>
    Online = 2,
}

/// <summary>A store's presence.</summary>
/// <param name="Store">Whose.</param>
/// <param name="Status">The dot.</param>
/// <param name="LastSeen">When somebody on duty was last connected; null when never.</param>
/// <param name="Until">The statement holds until then; without a newer one the store counts as offline.</param>
[GenerateSerializer, Immutable, Alias("PresenceView")]
public sealed record PresenceView(
    [property: Id(0)] StoreId Store,
    [property: Id(1)] PresenceStatus Status,
    [property: Id(2)] DateTimeOffset? LastSeen,
    [property: Id(3)] DateTimeOffset Until);

/// <summary>One on-duty agent connected to the reporting front end.</summary>
/// <param name="User">Who.</param>
/// <param name="LastActive">When a device of theirs was last used.</param>
[GenerateSerializer, Immutable, Alias("AgentSeen")]
public sealed record AgentSeen([property: Id(0)] UserId User, [property: Id(1)] DateTimeOffset LastActive);

/// <summary>Reply-time badge of a store.</summary>
/// <param name="Share">Share of questions answered promptly, 0 to 1.</param>
/// <param name="Median">Median time to the first answer.</param>
/// <param name="Sample">Questions it rests on, at least <see cref="Policy.ReplySampleMin"/>.</param>
[GenerateSerializer, Immutable, Alias("ReplyBadge")]
public sealed record ReplyBadge([property: Id(0)] double Share, [property: Id(1)] TimeSpan? Median, [property: Id(2)] int Sample);

/// <summary>
/// Whether a store is there, kept as leases by front end. A front that dies takes its agents with it within
/// <see cref="Policy.PresenceLease"/>. Key: <see cref="StoreId"/>.
/// </summary>
[Alias("ISellerPresenceGrain")]
public interface ISellerPresenceGrain : IGrainWithStringKey
{
    /// <summary>
    /// All on-duty agents of this store that are connected to this front end, replacing what it said before; an empty list
    /// takes it back. Holds for <see cref="Policy.PresenceLease"/>.
    /// </summary>
    Task<PresenceView> Report(FrontId front, IReadOnlyList<AgentSeen> agents);

    /// <summary>This front end has watchers: it is told each change for <see cref="Policy.FrontLease"/>.</summary>
    [AlwaysInterleave]
    Task<PresenceView> Watch(FrontAddress front);

    /// <summary>This front end has no watcher any more.</summary>
    [AlwaysInterleave]
    Task Unwatch(FrontId front);

    /// <summary>The presence now.</summary>
    [AlwaysInterleave]
    Task<PresenceView> Get();

    /// <summary>The badge; null below <see cref="Policy.ReplySampleMin"/> questions. At most a minute old.</summary>
    [AlwaysInterleave]
    Task<ReplyBadge?> ReplyTime();
}
