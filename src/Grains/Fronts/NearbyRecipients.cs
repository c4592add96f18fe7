using System.Collections.Concurrent;
using System.Collections.Immutable;
using Chat.Grains.Shared;

namespace Chat.Grains.Fronts;

/// <summary>
/// The front ends of users and stores whose grains are active in this process: a conversation here tells them without a call
/// to the grain, which would only look at the same list. A shortcut and no more: whoever is not found is told through the grain.
/// Used from the turns of many grains, so it is thread-safe.
/// </summary>
internal sealed class NearbyRecipients(IFrontLinks links, TimeProvider time)
{
    private readonly ConcurrentDictionary<PrincipalId, ImmutableArray<FrontRegistry>> _registries = new();

    /// <summary>An activation here has a front end to tell.</summary>
    public void Add(PrincipalId principal, FrontRegistry registry) => _registries.AddOrUpdate(
        principal,
        static (_, added) => [added],
        static (_, known, added) => known.Contains(added) ? known : known.Add(added),
        registry);

    /// <summary>An activation ended, or has nobody to tell any more.</summary>
    public void Remove(PrincipalId principal, FrontRegistry registry)
    {
        while (_registries.TryGetValue(principal, out var known))
        {
            var left = known.Remove(registry);
            if (left.IsEmpty
                ? _registries.TryRemove(KeyValuePair.Create(principal, known))
                : _registries.TryUpdate(principal, left, known))
            {
                return;
            }
        }
    }

    /// <summary>
    /// Passes pushes on to the principal's front ends; false when its grain must be called for that: it is not here, nobody is
    /// attached, or two activations are known, as after a crash or a partition, of which this process cannot tell the right one.
    /// </summary>
    public bool TryTell(PrincipalId principal, IReadOnlyList<Push> pushes)
    {
        if (!_registries.TryGetValue(principal, out var known))
        {
            return false;
        }

        if (known.Length == 1)
        {
            if (known[0].Tell(time.GetUtcNow(), (links, principal, pushes), static (front, to) => to.links.TrySend(front, to.principal, to.pushes)))
            {
                return true;
            }

            Remove(principal, known[0]);
            return false;
        }

        foreach (var registry in known)
        {
            if (!registry.HasLiveLease(time.GetUtcNow()))
            {
                Remove(principal, registry);
            }
        }

        return false;
    }
}
