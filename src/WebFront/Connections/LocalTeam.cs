using System.Collections.Immutable;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;

namespace Chat.WebFront.Connections;

/// <summary>A report of a store's agents that was answered.</summary>
/// <param name="Agents">Who was there.</param>
/// <param name="View">The answer.</param>
/// <param name="At">When it was made.</param>
internal sealed record PresenceReport(AgentSeen[] Agents, PresenceView View, DateTimeOffset At);

/// <summary>A store with agents connected here, and what was reported of them.</summary>
internal sealed class LocalTeam(StoreId store) : LocalRecipient(PrincipalId.Of(store))
{
    private ImmutableArray<LocalUser> _agents = [];
    private bool _reportWaits;

    public StoreId Id => store;

    public override bool IsEmpty => _agents.IsEmpty;

    public override ImmutableArray<LocalUser> Users => _agents;

    /// <summary>One presence report at a time.</summary>
    public SemaphoreSlim ReportTurn { get; } = new(1, 1);

    /// <summary>Whether the last report named somebody, so that it must be taken back.</summary>
    public bool HasReported { get; set; }

    /// <summary>What was reported last, and the answer; null when nothing was, or nobody knows whether it arrived. Within the report's turn.</summary>
    public PresenceReport? LastReport { get; set; }

    /// <summary>Whether a report waits for its turn, so that another one would tell the same.</summary>
    public bool TakeReportWaits(bool waits) => Interlocked.Exchange(ref _reportWaits, waits);

    /// <summary>For the directory only.</summary>
    public void Add(LocalUser agent)
    {
        if (!_agents.Contains(agent))
        {
            _agents = _agents.Add(agent);
        }
    }

    /// <summary>For the directory only.</summary>
    public void Remove(LocalUser agent) => _agents = _agents.Remove(agent);
}
