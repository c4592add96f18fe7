using System.Collections.Immutable;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Users;

namespace Chat.WebFront.Connections;

/// <summary>A principal with connections here: a user (<see cref="LocalUser"/>), or a store through its agents (<see cref="LocalTeam"/>).</summary>
internal abstract class LocalRecipient(PrincipalId principal)
{
    /// <summary>Attaching and detaching never overtake each other.</summary>
    private TurnQueue _turns;
    private Guid? _epoch;

    public PrincipalId Principal => principal;

    /// <summary>Whether nobody is connected.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>The user, or the store's agents here.</summary>
    public abstract ImmutableArray<LocalUser> Users { get; }

    public IEnumerable<ClientConnection> AllConnections
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
            if (IsEmpty)
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
            if (IsEmpty && _epoch is not null)
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
