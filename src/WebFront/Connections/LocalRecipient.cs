using System.Collections.Immutable;
using Chat.Grains.Fronts;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.Users;

namespace Chat.WebFront.Connections;

/// <summary>A report of a store's agents that was answered.</summary>
/// <param name="Agents">Who was there.</param>
/// <param name="View">The answer.</param>
/// <param name="At">When it was made.</param>
internal sealed record PresenceReport(AgentSeen[] Agents, PresenceView View, DateTimeOffset At);

/// <summary>A principal with connections here: a user, or a store through its agents.</summary>
internal sealed class LocalRecipient(PrincipalId id)
{
    /// <summary>Attaching and detaching never overtake each other.</summary>
    private TurnQueue _turns;

    private Guid? _epoch;
    private bool _reportWaits;

    public PrincipalId Id => id;

    /// <summary>The user, or the store's agents here. Written by the directory only.</summary>
    public ImmutableArray<LocalUser> Users { get; set; } = [];

    /// <summary>One presence report of a store at a time; there are none of people.</summary>
    public SemaphoreSlim? ReportTurn { get; } = id.IsStore ? new(1, 1) : null;

    /// <summary>Whether the last report named somebody, so that it must be taken back.</summary>
    public bool HasReported { get; set; }

    /// <summary>What was reported last, and the answer; null when nothing was, or nobody knows whether it arrived. Within the report's turn.</summary>
    public PresenceReport? LastReport { get; set; }

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

    /// <summary>Whether a report waits for its turn, so that another one would tell the same.</summary>
    public bool TakeReportWaits(bool waits) => Interlocked.Exchange(ref _reportWaits, waits);

    /// <summary>Registers this front with the grain of a person who connects; also whether pushes to others here may have been lost since it was done before.</summary>
    public async Task<(Arrival Arrival, bool Lost)> Arrive(IUserGrain grain, FrontAddress front, string? session)
    {
        await _turns.Enter(out var turn);
        try
        {
            var arrival = await grain.Arrive(front, session);
            var lost = _epoch is { } known && known != arrival.Registration;
            _epoch = arrival.Registration;
            return (arrival, lost);
        }
        finally
        {
            _turns.Leave(turn);
        }
    }

    /// <summary>Registers this front unless that was done before.</summary>
    public async Task EnsureAttached(IRecipient grain, FrontAddress front)
    {
        await _turns.Enter(out var turn);
        try
        {
            _epoch ??= await grain.Attach(front);
        }
        finally
        {
            _turns.Leave(turn);
        }
    }

    /// <summary>Renews the registration; true when pushes may have been lost since it was made.</summary>
    public async Task<bool> Renew(IRecipient grain, FrontAddress front)
    {
        await _turns.Enter(out var turn);
        try
        {
            if (Users.IsEmpty)
            {
                return false;
            }

            var epoch = await grain.Attach(front);
            var lost = _epoch is { } known && known != epoch;
            _epoch = epoch;
            return lost;
        }
        finally
        {
            _turns.Leave(turn);
        }
    }

    /// <summary>Takes the registration back if nobody is left. A failure does no harm: the lease runs out.</summary>
    public async Task DetachIfEmpty(IRecipient grain, FrontId front)
    {
        await _turns.Enter(out var turn);
        try
        {
            if (Users.IsEmpty && _epoch is not null)
            {
                _epoch = null;
                await grain.Detach(front);
            }
        }
        finally
        {
            _turns.Leave(turn);
        }
    }
}
