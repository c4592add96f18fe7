using System.Collections.Immutable;
using Chat.Grains.Shared;

namespace Chat.Grains.SellerPresence;

/// <summary>What one front end says: its on-duty agents of the store, and how long that holds.</summary>
internal sealed record PresenceLease(ImmutableArray<AgentSeen> Agents, DateTimeOffset Until);

/// <summary>
/// Everything known of a store's presence. A set of statements by front end, never a boolean, so that one front end's
/// end takes only its own agents away.
/// </summary>
/// <param name="Leases">By front end.</param>
/// <param name="LastSeen">When somebody on duty was last known to be connected.</param>
internal sealed record PresenceState(ImmutableDictionary<FrontId, PresenceLease> Leases, DateTimeOffset? LastSeen)
{
    /// <summary>Nothing known.</summary>
    public static PresenceState Empty { get; } = new(ImmutableDictionary<FrontId, PresenceLease>.Empty, null);
}

/// <summary>The rules of presence. Pure.</summary>
internal static class PresenceRules
{
    /// <summary>How stale a stored "last seen" may be after a crash.</summary>
    public static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How far apart writes are at least: the row only bridges a crash, and a store that flaps must not write with every change.
    /// </summary>
    public static readonly TimeSpan SaveApart = TimeSpan.FromSeconds(5);

    /// <summary>Whether a row tells enough of what is shown.</summary>
    public static bool Covers(StoredPresence stored, PresenceView view) =>
        stored.Status == view.Status && (view.LastSeen is not { } seen || (stored.LastSeen is { } known && seen - known < SaveEvery));

    /// <summary>Takes a front end's word in place of its earlier one.</summary>
    public static PresenceState Report(PresenceState state, FrontId front, IReadOnlyList<AgentSeen> agents, DateTimeOffset now, Policy policy)
    {
        var leases = agents.Count == 0
            ? state.Leases.Remove(front)
            : state.Leases.SetItem(front, new PresenceLease([.. agents], now + policy.PresenceLease));
        var seen = agents.Count > 0 || IsHeld(state, front, now) ? Later(state.LastSeen, now) : state.LastSeen;
        return new PresenceState(leases, seen);
    }

    /// <summary>
    /// Drops what no longer holds. Last seen is then the last renewal, which is the last time anybody knew.
    /// </summary>
    public static PresenceState Expire(PresenceState state, DateTimeOffset now) =>
        state with { Leases = state.Leases.RemoveRange(state.Leases.Where(lease => lease.Value.Until <= now).Select(lease => lease.Key)) };

    /// <summary>What a dot shows.</summary>
    public static PresenceView View(PresenceState state, StoreId store, DateTimeOffset now, Policy policy)
    {
        var status = PresenceStatus.Offline;
        var until = now;
        foreach (var lease in state.Leases.Values)
        {
            if (lease.Until <= now)
            {
                continue;
            }

            until = until < lease.Until ? lease.Until : until;
            foreach (var agent in lease.Agents)
            {
                var here = now - agent.LastActive < policy.AwayAfter ? PresenceStatus.Online : PresenceStatus.Away;
                status = here > status ? here : status;
            }
        }

        return new PresenceView(store, status, state.LastSeen, until);
    }

    /// <summary>When the view may change by time alone: the next lease end or the next agent going away. Null when never.</summary>
    public static DateTimeOffset? NextChange(PresenceState state, DateTimeOffset now, Policy policy)
    {
        DateTimeOffset? next = null;
        foreach (var lease in state.Leases.Values)
        {
            next = Sooner(next, lease.Until);
            foreach (var agent in lease.Agents)
            {
                var away = agent.LastActive + policy.AwayAfter;
                next = away > now ? Sooner(next, away) : next;
            }
        }

        return next;
    }

    /// <summary>
    /// Until when the stored word stands in a new activation, which knows of no lease: front ends repeat theirs within one
    /// renewal, or a silo's crash would make every store blink. A word too old to be of agents who were there a moment ago
    /// does not stand at all: <paramref name="now"/>.
    /// </summary>
    public static DateTimeOffset GraceUntil(DateTimeOffset? lastSeen, DateTimeOffset now, Policy policy) =>
        now - lastSeen < SaveEvery + policy.PresenceLease ? now + (2 * policy.PresenceRenewal) : now;

    private static bool IsHeld(PresenceState state, FrontId front, DateTimeOffset now) =>
        state.Leases.TryGetValue(front, out var lease) && lease.Until > now;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Sooner(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}
