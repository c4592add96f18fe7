using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Stores;

internal sealed partial class StoreGrain(
    [PersistentState("store", StateStorage.Name)] IPersistentState<StoreState> stored,
    IFrontLinks links,
    NearbyRecipients nearby,
    TimeProvider time,
    IOptions<Policy> policy,
    ILogger<StoreGrain> logger) : RecipientGrain(links, nearby, time, policy), IStoreGrain
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long a delivered notice stays stored at most while nothing else is written. A crash meanwhile repeats it.</summary>
    private static readonly TimeSpan TakenOffAfter = TimeSpan.FromSeconds(5);

    private readonly Durable<StoreState> _state = new(stored);
    private IGrainTimer? _timer;

    /// <summary>How many of the stored outbox's oldest are delivered. The next write takes them off.</summary>
    private int _delivered;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        if (!_state.Value.Outbox.IsEmpty)
        {
            Later(RetryEvery);
        }
    }

    public Task<StoreProfile?> GetProfile() =>
        Task.FromResult(_state.Value.Name is { } name ? new StoreProfile(Id, name) : null);

    public Task<StoreAgent?> GetAgent(UserId user) => Task.FromResult(_state.Value.Agent(user));

    public async Task<Result<StoreProfile>> Open(string name, UserId owner)
    {
        if (await Change(state => StoreRules.Open(state, name, owner)) is { } refusal)
        {
            return refusal;
        }

        return new StoreProfile(Id, _state.Value.Name!);
    }

    public async Task<Result<StoreAgent>> AddAgent(UserId by, UserId agent)
    {
        if (await Change(state => StoreRules.Add(state, by, agent)) is { } refusal)
        {
            return refusal;
        }

        return _state.Value.Agent(agent)!;
    }

    public async Task<Result<Done>> RemoveAgent(UserId by, UserId agent)
    {
        if (await Change(state => StoreRules.Remove(state, by, agent)) is { } refusal)
        {
            return refusal;
        }

        return Done.Value;
    }

    public async Task<Result<StoreAgent>> SetDuty(UserId agent, DutyState duty)
    {
        if (await Change(state => StoreRules.SetDuty(state, agent, duty)) is { } refusal)
        {
            return refusal;
        }

        return _state.Value.Agent(agent)!;
    }

    private StoreId Id => new(Me.Key);

    /// <summary>Stores what the rule makes of the state, then delivers what that says must be told. Answers the rule's refusal.</summary>
    private async Task<ChatError?> Change(Func<StoreState, Result<StoreState>> rule)
    {
        // Without what is delivered: a waiting notice hides another one, a delivered one must not.
        var state = StoreRules.Delivered(_state.Value, _delivered);
        var next = rule(state);
        if (!next.IsOk)
        {
            return next.Error;
        }

        if (next.Value != state)
        {
            await Store(next.Value);
        }

        await DrainOutbox();
        return null;
    }

    private async Task Store(StoreState next)
    {
        await _state.Write(next, this);
        _delivered = 0;
    }

    /// <summary>
    /// Tells users in order; each counts as delivered only after it was taken. User grains drop repeats by their nature, so that
    /// the row need not say so at once: a store that changes again and again writes once for each change.
    /// </summary>
    private async Task DrainOutbox()
    {
        while (_delivered < _state.Value.Outbox.Length)
        {
            var notice = _state.Value.Outbox[_delivered];
            try
            {
                await Deliver(notice);
            }
            catch (Exception error)
            {
                LogNotTold(notice.User, error);
                Later(RetryEvery);
                return;
            }

            _delivered++;
        }

        if (_delivered > 0)
        {
            Later(TakenOffAfter);
        }
    }

    private Task Deliver(AgentNotice notice) => notice.Change switch
    {
        AgentChange.Joined => GrainFactory.User(notice.User).JoinStore(Id),
        AgentChange.Left => GrainFactory.User(notice.User).LeaveStore(Id),
        _ => TellDuty(notice.User),
    };

    private Task TellDuty(UserId user)
    {
        IReadOnlyList<Push> pushes = [new StoresChangedPush(Id, _state.Value.Agent(user))];
        return Nearby.TryTell(PrincipalId.Of(user), pushes) ? Task.CompletedTask : GrainFactory.User(user).Tell(pushes);
    }

    private void Later(TimeSpan due)
    {
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(
                Settle, new GrainTimerCreationOptions { DueTime = due, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Tells who could not be told, or takes off who was.</summary>
    private Task Settle() =>
        _delivered == _state.Value.Outbox.Length && _delivered > 0 ? Store(StoreRules.Delivered(_state.Value, _delivered)) : DrainOutbox();

    [LoggerMessage(1, LogLevel.Warning, "User {User} could not be told of a change; it is tried again")]
    private partial void LogNotTold(UserId user, Exception error);
}
