using Chat.Grains.Settings;

namespace Chat.WebFront.Options;

/// <summary>What somebody of the marketplace's own staff may do.</summary>
internal enum StaffRole
{
    /// <summary>Decides what waits for moderation.</summary>
    Moderator,

    /// <summary>Watches the cluster and its policy.</summary>
    Operator,
}

/// <summary>One person of the staff: an entry of <c>Chat:Staff</c>.</summary>
internal sealed class StaffMember
{
    /// <summary>The user id. While it is listed, nobody can register it here.</summary>
    public string User { get; set; } = string.Empty;

    /// <summary>At least one of <c>moderator</c> and <c>operator</c>.</summary>
    public string[] Roles { get; set; } = [];

    /// <summary>
    /// The first password of a built-in account that the start makes for them; an account that exists is left as it is. Default
    /// none: they sign in with the outside issuer, or have an account.
    /// </summary>
    [SecretSetting]
    public string? Password { get; set; }

    /// <summary>The role of this written name, in any case; null when there is none.</summary>
    public static StaffRole? RoleOf(string text) =>
        Array.Find(Enum.GetNames<StaffRole>(), name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<StaffRole>(name)
            : null;
}
