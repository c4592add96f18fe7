using Chat.Grains.Shared;

namespace Chat.Grains.StoreRatings;

/// <summary>The rules of a store's rating. Pure.</summary>
internal static class RatingRules
{
    /// <summary>
    /// The first day that counts: the one after today's date so many months ago. A date that month does not have is its last day,
    /// so on 31 August six months begin on 1 March.
    /// </summary>
    public static DateOnly From(DateTimeOffset now, int months) => DayOf(now).AddMonths(-months).AddDays(1);

    /// <summary>The day of UTC.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    /// <summary>
    /// The rating over the window. It has no end: a rating given by a clock ahead of ours counts from the first.
    /// </summary>
    public static StoreRating View(StoreId store, IReadOnlyDictionary<DateOnly, StarCounts> days, DateTimeOffset now, Policy policy)
    {
        var from = From(now, policy.RatingMonths);
        var stars = default(StarCounts);
        foreach (var (day, counts) in days)
        {
            if (day >= from)
            {
                stars += counts;
            }
        }

        return new StoreRating(store, stars, Positive(stars, policy.RatingMinimum), policy.RatingMinimum, policy.RatingMonths);
    }

    /// <summary>The share of positive ratings among those that are positive or negative; null when there are too few, or none of either.</summary>
    public static double? Positive(StarCounts stars, int minimum)
    {
        var positive = stars.Four + stars.Five;
        var judged = positive + stars.One + stars.Two;
        return stars.Total < minimum || judged == 0 ? null : (double)positive / judged;
    }
}
