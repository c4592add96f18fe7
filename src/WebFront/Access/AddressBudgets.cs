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

    /// <summary>Takes one request; otherwise how long to wait, which is not known when too many addresses are remembered.</summary>
    public bool TryRequest(string address, out TimeSpan retryAfter)
    {
        TokenBucket? budget;
        lock (_gate)
        {
            if (!_budgets.TryGetValue(address, out budget))
            {
                if (_budgets.Count >= Limits.BudgetsMax)
                {
                    retryAfter = default;
                    return false;
                }

                _budgets.Add(address, budget = new TokenBucket(
                    policy.Value.RequestBurst * PeopleOfAnAddress, policy.Value.RequestsPerSecond * PeopleOfAnAddress, time));
            }
        }

        return budget.TryTake(1, out retryAfter);
    }

    /// <summary>Forgets those that owe nothing any more.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            foreach (var (address, budget) in _budgets)
            {
                if (budget.IsFull)
                {
                    _budgets.Remove(address);
                }
            }
        }
    }
}
