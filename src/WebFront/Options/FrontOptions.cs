using System.ComponentModel.DataAnnotations;
using Chat.Grains.Settings;

namespace Chat.WebFront.Options;

/// <summary>What this process is among others.</summary>
internal enum HostMode
{
    /// <summary>Everything in one process.</summary>
    Single,

    /// <summary>Silo and front end in one of several processes.</summary>
    Node,

    /// <summary>A front end of silos that run elsewhere.</summary>
    Front,
}

/// <summary>Settings of a front end. Bound from the configuration section <see cref="Section"/>; what is wrong stops the start by name.</summary>
internal sealed class FrontOptions
{
    public const string Section = "Chat";

    /// <summary>What this process is; default <see cref="HostMode.Single"/>.</summary>
    public HostMode Mode { get; set; } = HostMode.Single;

    /// <summary>Origins beside the front's own whose pages may connect, such as <c>https://shop.example</c>. Default none; at most 100.</summary>
    [MaxLength(100)]
    public string[] Origins { get; set; } = [];

    /// <summary>Whether a first start fills the database with the demo marketplace and shows its accounts. Default: in a single process on SQLite.</summary>
    public bool? Demo { get; set; }

    /// <summary>The marketplace's own people. Default none; at most 100.</summary>
    [MaxLength(100)]
    public StaffMember[] Staff { get; set; } = [];

    /// <summary>Sign-in.</summary>
    public AuthOptions Auth { get; set; } = new();

    /// <summary>How a process that is told to stop lets go of its clients.</summary>
    public DrainOptions Drain { get; set; } = new();

    /// <summary>The marketplace around us.</summary>
    public MarketplaceOptions Marketplace { get; set; } = new();
}

/// <summary>A polite end: section <c>Chat:Drain</c>. A process that is told to stop has 30 s in all.</summary>
internal sealed class DrainOptions
{
    /// <summary>
    /// How long <c>/health/ready</c> says no before the first client is sent away: as long as a load balancer takes to notice.
    /// 0 to 10 s; default 1 s, and 0 in a single process. Without clients nobody waits.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan? Notice { get; set; }

    /// <summary>Over how long clients are sent away, each at a moment of its own. 0 to 10 s; default 2 s, and less for few of them.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Spread { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary><see cref="Notice"/> in force.</summary>
    public TimeSpan NoticeOf(HostMode mode) => Notice ?? (mode == HostMode.Single ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
}

/// <summary>What the marketplace's back end and we have in common: section <c>Chat:Marketplace</c>.</summary>
internal sealed class MarketplaceOptions
{
    /// <summary>Signs what the back end reports about orders. 32 to 1,000 characters; default none, and then nothing is taken.</summary>
    [SecretSetting, StringLength(1_000, MinimumLength = 32)]
    public string? Secret { get; set; }
}

/// <summary>Settings of sign-in: section <c>Chat:Auth</c>.</summary>
internal sealed class AuthOptions
{
    /// <summary>
    /// Base64 of the key, at least 32 bytes, that signs our own tokens. Default: one is made at the first start and kept in
    /// the database, common to all front ends.
    /// </summary>
    [SecretSetting]
    public string? SigningKey { get; set; }

    /// <summary>Address of an outside OpenID Connect issuer whose access tokens are taken. Default none.</summary>
    public string? Authority { get; set; }

    /// <summary>The audience that issuer's tokens must name. Needed with <see cref="Authority"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>The issuer's metadata document; default <c>.well-known/openid-configuration</c> below <see cref="Authority"/>. Plain http only on this machine.</summary>
    public string? MetadataAddress { get; set; }

    /// <summary>
    /// The claim of that issuer's tokens that names roles: <c>moderator</c>, <c>operator</c>, as a list or separated by spaces;
    /// other names in it mean nothing here. Default none: roles come from <c>Chat:Staff</c> alone.
    /// </summary>
    public string? RolesClaim { get; set; }

    /// <summary>
    /// Whether people may register and sign in here. Default: yes without an outside issuer, no with one, because a built-in
    /// account could take the name of one of its users.
    /// </summary>
    public bool? BuiltInAccounts { get; set; }

    /// <summary>Sign-ins and registrations one address may try in a burst. 1 to 100,000; default 60.</summary>
    [Range(1, 100_000)]
    public int AttemptsBurst { get; set; } = 60;

    /// <summary>Sign-ins and registrations one address gets back each minute. 1 to 100,000; default 30.</summary>
    [Range(1, 100_000)]
    public int AttemptsPerMinute { get; set; } = 30;

    /// <summary>Whether built-in accounts are on.</summary>
    public bool HasAccounts => BuiltInAccounts ?? Authority is null;
}
