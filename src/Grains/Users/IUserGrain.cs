using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.Users;

/// <summary>What others may know of a user.</summary>
[GenerateSerializer, Immutable, Alias("UserProfile")]
public sealed record UserProfile([property: Id(0)] UserId Id, [property: Id(1)] string DisplayName, [property: Id(2)] IReadOnlyList<StoreId> Stores);

/// <summary>
/// One person: profile, stores worked for, signed-in sessions, live front ends. Key: <see cref="UserId"/>.
/// </summary>
[Alias("IUserGrain")]
public interface IUserGrain : IRecipient
{
    /// <summary>The profile, or null for somebody never heard of.</summary>
    [AlwaysInterleave]
    Task<UserProfile?> GetProfile();

    /// <summary>Sets the display name, creating the user. Errors: 2004.</summary>
    Task<Result<UserProfile>> SetProfile(string displayName);

    /// <summary>Opens a session, ending the oldest beyond <see cref="Limits.SessionsPerUserMax"/>; a known id is extended.</summary>
    Task OpenSession(string session, DateTimeOffset expiresAt);

    /// <summary>Ends a session and has its connections closed everywhere. Unknown ids are no error.</summary>
    Task CloseSession(string session);

    /// <summary>Whether a session was opened here, has not ended and has not expired.</summary>
    [AlwaysInterleave]
    Task<bool> HasSession(string session);

    /// <summary>Takes note of a store the user works for; the store grain's word stays the truth. Repeats are no error. Errors: 4001.</summary>
    Task<Result<Done>> JoinStore(StoreId store);

    /// <summary>The reverse.</summary>
    Task LeaveStore(StoreId store);
}
