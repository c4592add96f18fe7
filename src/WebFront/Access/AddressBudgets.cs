using System.Runtime.InteropServices;
using Chat.Grains.Shared;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Access;

/// <summary>The requests that one address may make for people who are not signed in, until its budget is full again.</summary>
internal sealed class AddressBudgets(TimeProvider time, IOptions<Policy> policy)
{
    /// <summary>Behind one address there may be many people.</summary>
    private const int PeopleOfAnAddress = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TokenBucket> _budgets = [];
    private readonly BucketSize _size = new(policy.Value.RequestBurst * PeopleOfAnAddress, policy.Value.RequestsPerSecond * PeopleOfAnAddress);

    /// <summary>Takes one request; otherwise how long to wait, which is not known when too many addresses are remembered.</summary>
    public bool TryRequest(string address, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            if (_budgets.Count >= Limits.BudgetsMax && !_budgets.ContainsKey(address))
            {
                retryAfter = default;
                return false;
            }

            return CollectionsMarshal.GetValueRefOrAddDefault(_budgets, address, out _).TryTake(1, _size, time, out retryAfter);
        }
    }

    /// <summary>Forgets those that owe nothing any more.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            foreach (var (address, budget) in _budgets)
            {
                if (budget.IsFull(time))
                {
                    _budgets.Remove(address);
                }
            }
        }
    }
}
