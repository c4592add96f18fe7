using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.Stores;

/// <summary>What an agent may do.</summary>
public enum StoreRole
{
    /// <summary>Answers buyers.</summary>
    Agent = 0,

    /// <summary>Also decides who works here.</summary>
    Owner = 1,
}

/// <summary>One person working for a store.</summary>
/// <param name="User">Who.</param>
/// <param name="Role">As what.</param>
/// <param name="OnDuty">Whether they count for the store's presence while connected.</param>
/// <param name="Changes">How often the entry was changed since the agent joined: of two that were told, the higher one is newer.</param>
[GenerateSerializer, Immutable, Alias("StoreAgent")]
public sealed record StoreAgent(
    [property: Id(0)] UserId User, [property: Id(1)] StoreRole Role, [property: Id(2)] bool OnDuty, [property: Id(3)] int Changes = 0);

/// <summary>A store as everybody sees it.</summary>
[GenerateSerializer, Immutable, Alias("StoreProfile")]
public sealed record StoreProfile([property: Id(0)] StoreId Id, [property: Id(1)] string Name);

/// <summary>
/// One shop: name, agents, live front ends of its agents. Key: <see cref="StoreId"/>. Who is no agent gets
/// <see cref="Shared.ErrorCode.StoreNotFound"/> from the agents' methods.
/// </summary>
[Alias("IStoreGrain")]
public interface IStoreGrain : IRecipient
{
    /// <summary>Opens the store under an owner; repeating it with the same owner changes the name only. Errors: 2004, 3009 (another's store).</summary>
    Task<Result<StoreProfile>> Open(string name, UserId owner);

    /// <summary>The profile, or null when there is no such store.</summary>
    [AlwaysInterleave]
    Task<StoreProfile?> GetProfile();

    /// <summary>An agent's entry, or null.</summary>
    [AlwaysInterleave]
    Task<StoreAgent?> GetAgent(UserId user);

    /// <summary>Adds an agent, on duty. Only an owner may. Repeats are no error. Errors: 3009, 4001.</summary>
    Task<Result<StoreAgent>> AddAgent(UserId by, UserId agent);

    /// <summary>Removes an agent; the last owner stays. Only an owner may. Errors: 3009.</summary>
    Task<Result<Done>> RemoveAgent(UserId by, UserId agent);

    /// <summary>An agent goes on or off duty. Errors: 3009.</summary>
    Task<Result<StoreAgent>> SetDuty(UserId agent, DutyState duty);
}

/// <summary>Whether an agent counts for the store's presence.</summary>
public enum DutyState
{
    /// <summary>Does not count.</summary>
    OffDuty = 0,

    /// <summary>Counts while connected.</summary>
    OnDuty = 1,
}
