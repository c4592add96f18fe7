using System.ComponentModel.DataAnnotations;

namespace Chat.Grains.Shared;

/// <summary>
/// What a marketplace may decide for itself, with the product specification's defaults. Bound from the configuration
/// section <c>Chat:Policy</c>; a value outside its range stops the start with its name.
/// </summary>
public sealed class Policy
{
    /// <summary>An agent with no activity for this long is away. 1 minute to 8 hours; default 5 minutes (part 2).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "08:00:00")]
    public TimeSpan AwayAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a front end's word about its agents holds without a renewal. 5 to 28 seconds, so that nobody shows as
    /// online 30 seconds after a crash (part 2); default 20 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:00:28")]
    public TimeSpan PresenceLease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often front ends renew leases. 1 to 10 seconds, at most a third of the lease; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:10")]
    public TimeSpan PresenceRenewal { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a front end renews what it told user and store grains. 5 to 60 seconds; default 20 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:01:00")]
    public TimeSpan FrontRenewal { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A front end not heard of for this long is forgotten. 15 seconds to 5 minutes; default 60 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:15", "00:05:00")]
    public TimeSpan FrontLease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Messages a person may send in a burst. 1 to 1,000; default 30.</summary>
    [Range(1, 1_000)]
    public int SendBurst { get; set; } = 30;

    /// <summary>Messages a second a person may send over time. 0.1 to 1,000; default 5.</summary>
    [Range(0.1, 1_000)]
    public double SendsPerSecond { get; set; } = 5;

    /// <summary>Life of an access token. 5 minutes to 7 days; default 12 hours.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "7.00:00:00")]
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Failed attempts to sign in to one account inside <see cref="SignInWindow"/>. 3 to 100; default 10.</summary>
    [Range(3, 100)]
    public int SignInAttempts { get; set; } = 10;

    /// <summary>The window failed attempts are counted in. 1 minute to 1 day; default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan SignInWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Reply-time badge: the window looked at. 1 to 365 days; default 30 days (part 2).</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan ReplyWindow { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Reply-time badge: an answer inside this time counts as prompt. 1 hour to 7 days; default 24 hours (part 2).</summary>
    [Range(typeof(TimeSpan), "01:00:00", "7.00:00:00")]
    public TimeSpan ReplyPromptWithin { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Reply-time badge: fewer conversations than this show no figure. 1 to 1,000; default 5.</summary>
    [Range(1, 1_000)]
    public int ReplySampleMin { get; set; } = 5;
}
