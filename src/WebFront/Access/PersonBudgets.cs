using Chat.Grains.Shared;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Access;

/// <summary>
/// The budgets of everybody with a socket here or a request made lately, until theirs are full again: who comes back has not more
/// than who stayed.
/// </summary>
internal sealed class PersonBudgets(TimeProvider time, IOptions<Policy> policy)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UserId, PersonBudget> _budgets = [];

    /// <summary>How many people are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _budgets.Count;
            }
        }
    }

    /// <summary>
    /// Counts a socket in. The budget is null when too many people are remembered; <c>Sockets</c> is how many the person has
    /// now, this one included. Each call is matched by one of <see cref="Leave"/> unless it answered null.
    /// </summary>
    public (PersonBudget? Budget, int Sockets) Enter(UserId user)
    {
        lock (_gate)
        {
            if (Remember(user) is not { } budget)
            {
                return default;
            }

            return (budget, ++budget.Sockets);
        }
    }

    /// <summary>The budget of somebody who asks something over HTTP; null when too many people are remembered.</summary>
    public PersonBudget? Of(UserId user)
    {
        lock (_gate)
        {
            return Remember(user);
        }
    }

    /// <summary>Counts a socket out.</summary>
    public void Leave(PersonBudget budget)
    {
        lock (_gate)
        {
            budget.Sockets--;
        }
    }

    /// <summary>Forgets those who left and owe nothing any more.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            foreach (var (user, budget) in _budgets)
            {
                if (budget.Sockets == 0 && budget.IsFull)
                {
                    _budgets.Remove(user);
                }
            }
        }
    }

    private PersonBudget? Remember(UserId user)
    {
        if (!_budgets.TryGetValue(user, out var budget) && _budgets.Count < Limits.BudgetsMax)
        {
            _budgets.Add(user, budget = new PersonBudget(policy.Value, time));
        }

        return budget;
    }
}
