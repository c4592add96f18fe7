using Chat.Grains.Shared;
using Chat.Grains.Users;

namespace Chat.Grains.Stores;

/// <summary>The rules of a store's staff. Pure: a state and a command give the next state or a refusal.</summary>
internal static class StoreRules
{
    /// <summary>The answer to everybody who has no business here.</summary>
    public static ChatError NotFound { get; } = new(ErrorCode.StoreNotFound, "There is no such store.");

    /// <summary>Opens the store, or renames it for its owner.</summary>
    public static Result<StoreState> Open(StoreState state, string name, UserId owner)
    {
        var checkedName = UserRules.DisplayName(name);
        if (!checkedName.IsOk)
        {
            return checkedName.Error;
        }

        if (state.Name is null)
        {
            return With(state with { Name = checkedName.Value }, new StoreAgent(owner, StoreRole.Owner, true), AgentChange.Joined);
        }

        return IsOwner(state, owner) ? state with { Name = checkedName.Value } : NotFound;
    }

    /// <summary>Adds an agent, on duty.</summary>
    public static Result<StoreState> Add(StoreState state, UserId by, UserId agent)
    {
        if (!IsOwner(state, by))
        {
            return NotFound;
        }

        if (state.Agent(agent) is not null)
        {
            return state;
        }

        return state.Agents.Length >= Limits.AgentsPerStoreMax
            ? new ChatError(ErrorCode.TooMany, "The store has too many agents.", Limit: Limits.AgentsPerStoreMax)
            : With(state, new StoreAgent(agent, StoreRole.Agent, true), AgentChange.Joined);
    }

    /// <summary>Removes an agent. The last owner stays, or nobody could ever change anything again.</summary>
    public static Result<StoreState> Remove(StoreState state, UserId by, UserId agent)
    {
        if (!IsOwner(state, by) || state.Agent(agent) is not { } entry)
        {
            return NotFound;
        }

        if (entry.Role == StoreRole.Owner && state.Agents.Count(other => other.Role == StoreRole.Owner) == 1)
        {
            return NotFound;
        }

        return Noted(state with { Agents = state.Agents.Remove(entry) }, agent, AgentChange.Left);
    }

    /// <summary>Sets an agent's duty.</summary>
    public static Result<StoreState> SetDuty(StoreState state, UserId agent, DutyState duty)
    {
        if (state.Agent(agent) is not { } entry)
        {
            return NotFound;
        }

        var onDuty = duty == DutyState.OnDuty;
        return entry.OnDuty == onDuty ? state : With(state, entry with { OnDuty = onDuty, Changes = entry.Changes + 1 }, AgentChange.DutyChanged);
    }

    /// <summary>The state once so many of the oldest notices are delivered.</summary>
    public static StoreState Delivered(StoreState state, int notices) =>
        notices == 0 ? state : state with { Outbox = state.Outbox.RemoveRange(0, notices) };

    private static bool IsOwner(StoreState state, UserId user) => state.Agent(user)?.Role == StoreRole.Owner;

    private static StoreState With(StoreState state, StoreAgent agent, AgentChange change)
    {
        var old = state.Agent(agent.User);
        var agents = old is null ? state.Agents.Add(agent) : state.Agents.Replace(old, agent);
        return Noted(state with { Agents = agents }, agent.User, change);
    }

    /// <summary>A later notice replaces an earlier one for the same user, except that joining must not be lost to a change of duty.</summary>
    private static StoreState Noted(StoreState state, UserId user, AgentChange change)
    {
        var waiting = state.Outbox.FirstOrDefault(notice => notice.User == user);
        if (waiting is { Change: AgentChange.Joined } && change == AgentChange.DutyChanged)
        {
            return state;
        }

        return state with { Outbox = state.Outbox.RemoveAll(notice => notice.User == user).Add(new AgentNotice(user, change)) };
    }
}
