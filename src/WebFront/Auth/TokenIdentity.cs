using Chat.Grains.Shared;
using Chat.WebFront.Options;

namespace Chat.WebFront.Auth;

/// <summary>What a valid token says.</summary>
/// <param name="User">Who.</param>
/// <param name="Name">Display name, where the token carries one.</param>
/// <param name="Session">The session, for tokens of our own; null for an outside issuer's, which ends sessions itself.</param>
/// <param name="ExpiresAt">When the token's time runs out.</param>
/// <param name="Roles">Roles that an outside issuer gives; a token of our own gives none.</param>
internal sealed record TokenIdentity(
    UserId User, string? Name, string? Session, DateTimeOffset ExpiresAt, IReadOnlyList<StaffRole> Roles);
