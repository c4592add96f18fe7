using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.Orders;

/// <summary>
/// Looks every few seconds for orders whose deadline is due, and calls them. It decides nothing: the order compares and sets.
/// Key: its number, below <see cref="Shared.Limits.DeadlineSweepers"/>. While it lives, a timer drives it; a reminder, and every
/// process that starts, wakes it again.
/// </summary>
[Alias("IDeadlineSweeperGrain")]
public interface IDeadlineSweeperGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that it sweeps.</summary>
    [AlwaysInterleave]
    Task Wake();
}
