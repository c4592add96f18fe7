using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;

namespace Chat.Grains.Tests.StoreRatings;

/// <summary>Ratings for tests, and the recount that everything must agree with.</summary>
internal static class RatingCase
{
    /// <summary>The stored entries of a store from a day on, counted one by one.</summary>
    public const string RecountSql = "SELECT day, stars FROM rating WHERE store = @store AND day >= @from";

    public static readonly DateOnly Today = new(2026, 11, 22);

    public static ReviewId Review(int number) => ReviewId.Of(new OrderId($"n{number / Limits.OrderLinesMax}"), (number % Limits.OrderLinesMax) + 1);

    public static StarCounts Sum(IEnumerable<int> stars) => stars.Aggregate(default(StarCounts), static (sum, one) => sum + StarCounts.Of(one));

    /// <summary>What the log says of a store's days, in order.</summary>
    public static async Task<RatingDay[]> Days(this IRatingLog log, StoreId store, DateOnly? from = null) =>
        [.. (await log.Load(store, from ?? DateOnly.FromDateTime(DateTime.UnixEpoch))).OrderBy(day => day.Day)];
}
