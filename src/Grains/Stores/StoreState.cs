using System.Collections.Immutable;
using Chat.Grains.Shared;

namespace Chat.Grains.Stores;

/// <summary>What a user must still be told: an effect that leaves the grain, stored with the change that caused it.</summary>
internal sealed record AgentNotice(UserId User, AgentChange Change);

/// <summary>What changed for an agent.</summary>
internal enum AgentChange
{
    /// <summary>Works here now.</summary>
    Joined = 0,

    /// <summary>No longer works here.</summary>
    Left = 1,

    /// <summary>Went on or off duty.</summary>
    DutyChanged = 2,
}

/// <summary>What is stored of a store.</summary>
internal sealed record StoreState
{
    /// <summary>Null until the store is opened.</summary>
    public string? Name { get; init; }

    /// <summary>Who works here.</summary>
    public ImmutableArray<StoreAgent> Agents { get; init; } = [];

    /// <summary>Who must still be told, oldest first. At most one entry for each user.</summary>
    public ImmutableArray<AgentNotice> Outbox { get; init; } = [];

    /// <summary>An agent's entry.</summary>
    public StoreAgent? Agent(UserId user) => Agents.FirstOrDefault(agent => agent.User == user);
}
