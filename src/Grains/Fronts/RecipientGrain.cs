using Chat.Grains.Shared;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.Grains.Fronts;

/// <summary>What users and stores have in common: live front ends, and passing pushes on to them.</summary>
internal abstract class RecipientGrain(IFrontLinks links, NearbyRecipients nearby, TimeProvider time, IOptions<Policy> policy) : Grain, IRecipient
{
    private readonly FrontRegistry _fronts = new(policy.Value.FrontLease, Limits.FrontsPerPrincipalMax);
    private PrincipalId _me;

    /// <summary>This user or store.</summary>
    protected PrincipalId Me => _me;

    /// <summary>Whom this process can tell without a call.</summary>
    protected NearbyRecipients Nearby => nearby;

    /// <summary>The time now.</summary>
    protected DateTimeOffset Now => time.GetUtcNow();

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        PrincipalId.TryParse(this.GetPrimaryKeyString(), out _me)
            ? Task.CompletedTask
            : throw new ArgumentException($"'{this.GetPrimaryKeyString()}' is not a principal.");

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        nearby.Remove(_me, _fronts);
        return Task.CompletedTask;
    }

    public Task<Guid> Attach(FrontAddress front)
    {
        var registration = _fronts.Attach(front, Now);
        nearby.Add(_me, _fronts);
        return Task.FromResult(registration);
    }

    public Task Detach(FrontId front)
    {
        _fronts.Detach(front);
        return Task.CompletedTask;
    }

    public Task Tell(IReadOnlyList<Push> pushes)
    {
        Pass(pushes);
        return Task.CompletedTask;
    }

    /// <summary>Passes pushes on at once.</summary>
    protected void Pass(IReadOnlyList<Push> pushes)
    {
        if (!_fronts.IsEmpty)
        {
            _fronts.Tell(Now, (links, _me, pushes), static (front, to) => to.links.TrySend(front, to._me, to.pushes));
        }
    }
}
