using System.Collections.Immutable;
using Chat.Grains.Shared;

namespace Chat.Grains.Users;

/// <summary>A signed-in session, until it ends or expires.</summary>
internal sealed record SessionEntry(string Id, DateTimeOffset ExpiresAt);

/// <summary>What is stored of a user.</summary>
internal sealed record UserState
{
    /// <summary>Null until the user exists.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Stores the user works for.</summary>
    public ImmutableArray<StoreId> Stores { get; init; } = [];

    /// <summary>Open sessions, oldest first.</summary>
    public ImmutableArray<SessionEntry> Sessions { get; init; } = [];
}
