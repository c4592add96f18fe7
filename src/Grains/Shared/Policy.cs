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
    /// online 30 seconds after a crash (part 2); default 13 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:00:28")]
    public TimeSpan PresenceLease { get; set; } = TimeSpan.FromSeconds(13);

    /// <summary>How often front ends renew leases. 1 to 10 seconds, at most a third of the lease; default 4 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:10")]
    public TimeSpan PresenceRenewal { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Watchers of stores' dots are told at most once in this time: a change after a quiet while at once, what follows within
    /// it together. At 0 each change is told by itself, which is dear where many flap. 0 to 1 second; default 100 milliseconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan PresenceGather { get; set; } = TimeSpan.FromMilliseconds(100);

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

    /// <summary>
    /// What a person's calls on one front end may cost in a burst: most cost 1, lists and history more. 100 to 1,000,000; default
    /// 2,000.
    /// </summary>
    [Range(100, 1_000_000)]
    public int CallBurst { get; set; } = 2_000;

    /// <summary>The same for each second over time. 10 to 100,000; default 200.</summary>
    [Range(10, 100_000)]
    public int CallsPerSecond { get; set; } = 200;

    /// <summary>Requests a person may make in a burst; an address without sign-in ten times as many. 10 to 1,000,000; default 500.</summary>
    [Range(10, 1_000_000)]
    public int RequestBurst { get; set; } = 500;

    /// <summary>The same for each second over time. 1 to 100,000; default 50.</summary>
    [Range(1, 100_000)]
    public int RequestsPerSecond { get; set; } = 50;

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

    /// <summary>An order not paid for this long is closed by the system. 1 second to 365 days; default 20 days (part 3).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan OrderPaymentWithin { get; set; } = TimeSpan.FromDays(20);

    /// <summary>A payment is checked for this long. 1 second to 30 days; default 24 hours (part 3).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan OrderPaymentCheck { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// A seller answers a request to cancel within this time, or it is closed in the buyer's favour. 1 second to 365 days;
    /// default 14 days (part 3).
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan OrderCancellationAnswerWithin { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// The delivery countdown, from the last parcel. 1 second to 365 days, at most <see cref="OrderDeliveryMax"/>; default 60
    /// days (ours: part 3 names only the bound).
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan OrderDelivery { get; set; } = TimeSpan.FromDays(60);

    /// <summary>The longest delivery countdown with all extensions. 1 second to 365 days; default 120 days (part 3).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan OrderDeliveryMax { get; set; } = TimeSpan.FromDays(120);

    /// <summary>Buyer protection after the countdown ended. 1 second to 365 days; default 15 days (ours: part 3 names no figure).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan OrderProtection { get; set; } = TimeSpan.FromDays(15);

    /// <summary>A refund is paid within this time. 1 second to 365 days; default 14 days (part 3).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan OrderRefundWithin { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How often due deadlines are looked for: how late one may be. 1 to 60 seconds; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan DeadlineSweep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How far the time in the marketplace's signed reports may be from ours. 10 seconds to 1 hour; default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan ReportTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Store rating: how many calendar months back it looks. 1 to 24; default 6 (part 5).</summary>
    [Range(1, 24)]
    public int RatingMonths { get; set; } = 6;

    /// <summary>Store rating: fewer ratings than this show no share. 1 to 1,000; default 10 (ours: part 5 names no figure).</summary>
    [Range(1, 1_000)]
    public int RatingMinimum { get; set; } = 10;

    /// <summary>A line of an order is reviewed within this time after the order's completion. 1 second to 365 days; default 30 days (ours: part 5 names no figure).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan ReviewWithin { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The one follow-up is added within this time after the review; each review keeps what it was promised. 1 second to 730
    /// days; default 180 days (ours: part 5 names a window but no figure).
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "730.00:00:00")]
    public TimeSpan ReviewFollowUpWithin { get; set; } = TimeSpan.FromDays(180);
}
