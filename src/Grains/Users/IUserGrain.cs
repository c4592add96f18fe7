using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.Users;

/// <summary>What others may know of a user.</summary>
[GenerateSerializer, Immutable, Alias("UserProfile")]
public sealed record UserProfile([property: Id(0)] UserId Id, [property: Id(1)] string DisplayName, [property: Id(2)] IReadOnlyList<StoreId> Stores);

/// <summary>What a front end has to know of a person who connects.</summary>
/// <param name="Registration">As <see cref="IRecipient.Attach"/> answers.</param>
/// <param name="HasSession">As <see cref="IUserGrain.HasSession"/> answers; true when none was asked about.</param>
/// <param name="Profile">As <see cref="IUserGrain.GetProfile"/> answers.</param>
[GenerateSerializer, Immutable, Alias("Arrival")]
public sealed record Arrival([property: Id(0)] Guid Registration, [property: Id(1)] bool HasSession, [property: Id(2)] UserProfile? Profile);

/// <summary>
/// One person: profile, stores worked for, signed-in sessions, live front ends. Key: <see cref="UserId"/>.
/// </summary>
[Alias("IUserGrain")]
public interface IUserGrain : IRecipient
{
    /// <summary>The profile, or null for somebody never heard of.</summary>
    [AlwaysInterleave]
    Task<UserProfile?> GetProfile();

    /// <summary>
    /// Registers a front end and then looks at session and profile, all at one moment: what ends or changes from then on is
    /// told by a push, what did before is in the answer.
    /// </summary>
    [AlwaysInterleave]
    Task<Arrival> Arrive(FrontAddress front, string? session);

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
