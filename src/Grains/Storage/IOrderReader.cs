using Chat.Grains.Orders;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>An order that somebody must look at.</summary>
/// <param name="Order">The order.</param>
/// <param name="Kind">Why.</param>
/// <param name="Version">The deadline's version.</param>
/// <param name="At">Since when.</param>
public sealed record DueOrder(OrderId Order, DeadlineKind Kind, long Version, DateTimeOffset At);

/// <summary>The shards one sweeper takes, both ends inclusive.</summary>
public sealed record ShardRange(int First, int Last)
{
    /// <summary>The share of the sweeper of this number, from 0.</summary>
    public static ShardRange Of(int sweeper)
    {
        const int Share = Limits.DeadlineShardsMax / Limits.DeadlineSweepers;
        return new(sweeper * Share, (sweeper * Share) + Share - 1);
    }
}

/// <summary>What is due, read from the rows that are the orders' state. Throws <see cref="StorageUnavailableException"/>.</summary>
public interface IDeadlineReader
{
    /// <summary>
    /// Orders due at <paramref name="now"/>, soonest first, at most <paramref name="limit"/>, after one of the page before.
    /// Costs what is due, not what waits.
    /// </summary>
    Task<IReadOnlyList<DueOrder>> Due(DateTimeOffset now, int limit, ShardRange shards, DueOrder? after);
}

/// <summary>Where a page of orders ended.</summary>
public sealed record OrderCursor(DateTimeOffset PlacedAt, OrderId Order);

/// <summary>An order in a list.</summary>
public sealed record OrderSummary(OrderCard Card, UserId Buyer, DateTimeOffset PlacedAt);

/// <summary>A page of orders, newest first.</summary>
public sealed record OrderPage(IReadOnlyList<OrderSummary> Orders, OrderCursor? Next);

/// <summary>Lists of orders, read from the rows that are their state. Throws <see cref="StorageUnavailableException"/>.</summary>
public interface IOrderReader
{
    /// <summary>
    /// Orders of a buyer or a store, newest first, at most <paramref name="limit"/>; all, or those of a group. Costs what the
    /// page holds.
    /// </summary>
    Task<OrderPage> Page(PrincipalId principal, OrderGroup? group, OrderCursor? after, int limit);
}
