using System.Globalization;
using Chat.Grains.Shared;
using Chat.Grains.StoreRatings;

namespace Chat.Grains.Tests.StoreRatings;

public sealed class RatingRulesTests
{
    private static readonly StoreId Store = new("casa-lumbre");

    [Theory]
    [InlineData("2026-11-22", 6, "2026-05-23")]
    [InlineData("2026-11-01", 6, "2026-05-02")]
    [InlineData("2026-08-31", 6, "2026-03-01")]
    [InlineData("2026-08-29", 6, "2026-03-01")]
    [InlineData("2026-08-28", 6, "2026-03-01")]
    [InlineData("2026-08-27", 6, "2026-02-28")]
    [InlineData("2028-08-31", 6, "2028-03-01")]
    [InlineData("2028-08-29", 6, "2028-03-01")]
    [InlineData("2028-08-28", 6, "2028-02-29")]
    [InlineData("2028-02-29", 12, "2027-03-01")]
    [InlineData("2029-02-28", 12, "2028-02-29")]
    [InlineData("2026-12-31", 1, "2026-12-01")]
    [InlineData("2026-03-31", 1, "2026-03-01")]
    [InlineData("2026-01-31", 24, "2024-02-01")]
    public void The_window_is_so_many_calendar_months(string today, int months, string from)
    {
        var day = DateOnly.ParseExact(today, "O", CultureInfo.InvariantCulture);
        var midnight = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

        Assert.Equal(from, RatingRules.From(midnight, months).ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(from, RatingRules.From(midnight.AddDays(1).AddMilliseconds(-1), months).ToString("O", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_first_day_of_the_window_never_goes_back_while_days_pass()
    {
        var day = new DateTimeOffset(2024, 1, 1, 23, 59, 59, TimeSpan.Zero);
        for (var i = 0; i < 365 * 6; i++)
        {
            for (var months = 1; months <= 24; months++)
            {
                Assert.True(RatingRules.From(day, months) <= RatingRules.From(day.AddDays(1), months), $"{day} {months}");
            }

            day = day.AddDays(1);
        }
    }

    [Theory]
    [InlineData("2026-05-22T23:59:59.999Z", 0)]
    [InlineData("2026-05-23T00:00:00Z", 1)]
    [InlineData("2026-11-22T23:59:59.999Z", 1)]
    [InlineData("2026-05-23T01:00:00+02:00", 0)]
    [InlineData("2026-11-23T00:00:01Z", 1)]
    public void A_rating_counts_by_its_day_of_utc(string at, long counted)
    {
        var days = new Dictionary<DateOnly, StarCounts>
        {
            [RatingRules.DayOf(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))] = StarCounts.Of(5),
        };

        Assert.Equal(counted, View(days, new Policy()).Stars.Total);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0, 1, null)]
    [InlineData(0, 0, 0, 0, 9, 10, null)]
    [InlineData(0, 0, 0, 0, 10, 10, 1.0)]
    [InlineData(0, 0, 0, 0, 1, 1, 1.0)]
    [InlineData(10, 0, 0, 0, 0, 10, 0.0)]
    [InlineData(0, 0, 50, 0, 0, 10, null)]
    [InlineData(0, 0, 9, 1, 0, 10, 1.0)]
    [InlineData(1, 0, 9, 0, 0, 10, 0.0)]
    [InlineData(1, 1, 100, 1, 1, 10, 0.5)]
    [InlineData(2, 1, 0, 3, 3, 1, 6.0 / 9)]
    [InlineData(1, 0, 0, 0, 2, 3, 2.0 / 3)]
    public void The_share_is_positive_among_positive_and_negative_from_the_minimum_on(
        long one, long two, long three, long four, long five, int minimum, double? share)
    {
        var stars = new StarCounts(one, two, three, four, five);

        var rating = View(new Dictionary<DateOnly, StarCounts> { [new(2026, 11, 22)] = stars }, new Policy { RatingMinimum = minimum });

        Assert.Equal(share, rating.Positive);
        Assert.Equal((Store, stars, minimum, 6), (rating.Store, rating.Stars, rating.Minimum, rating.Months));
    }

    [Fact]
    public void Of_two_readings_of_a_day_the_higher_counts_stand()
    {
        var one = new StarCounts(1, 5, 0, 2, 9);
        var other = new StarCounts(2, 4, 0, 2, 8);

        Assert.Equal(new StarCounts(2, 5, 0, 2, 9), StarCounts.Later(one, other));
        Assert.Equal(StarCounts.Later(one, other), StarCounts.Later(other, one));
    }

    private static StoreRating View(Dictionary<DateOnly, StarCounts> days, Policy policy) =>
        RatingRules.View(Store, days, new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), policy);
}
