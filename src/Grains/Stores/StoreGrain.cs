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

    private readonly Durable<StoreState> _state = new(stored);
    private IGrainTimer? _retry;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        RetryLater();
    }

    public Task<StoreProfile?> GetProfile() =>
        Task.FromResult(_state.Value.Name is { } name ? new StoreProfile(Id, name) : null);

    public Task<StoreAgent?> GetAgent(UserId user) => Task.FromResult(_state.Value.Agent(user));

    public async Task<Result<StoreProfile>> Open(string name, UserId owner)
    {
        var next = StoreRules.Open(_state.Value, name, owner);
        if (!next.IsOk)
        {
            return next.Error;
        }

        await Write(next.Value);
        return new StoreProfile(Id, _state.Value.Name!);
    }

    public async Task<Result<StoreAgent>> AddAgent(UserId by, UserId agent)
    {
        var next = StoreRules.Add(_state.Value, by, agent);
        if (!next.IsOk)
        {
            return next.Error;
        }

        await Write(next.Value);
        return _state.Value.Agent(agent)!;
    }

    public async Task<Result<Done>> RemoveAgent(UserId by, UserId agent)
    {
        var next = StoreRules.Remove(_state.Value, by, agent);
        if (!next.IsOk)
        {
            return next.Error;
        }

        await Write(next.Value);
        return Done.Value;
    }

    public async Task<Result<StoreAgent>> SetDuty(UserId agent, DutyState duty)
    {
        var next = StoreRules.SetDuty(_state.Value, agent, duty);
        if (!next.IsOk)
        {
            return next.Error;
        }

        await Write(next.Value);
        return _state.Value.Agent(agent)!;
    }

    private StoreId Id => new(Me.Key);

    /// <summary>Stores a state, then delivers what it says must be told.</summary>
    private async Task Write(StoreState next)
    {
        if (next != _state.Value)
        {
            await _state.Write(next, this);
        }

        await DrainOutbox();
    }

    /// <summary>Tells users in order; each is taken off only after it was taken. User grains drop repeats by their nature.</summary>
    private async Task DrainOutbox()
    {
        while (!_state.Value.Outbox.IsEmpty)
        {
            var notice = _state.Value.Outbox[0];
            try
            {
                await Deliver(notice);
            }
            catch (Exception error)
            {
                LogNotTold(notice.User, error);
                RetryLater();
                return;
            }

            await _state.Write(StoreRules.Delivered(_state.Value), this);
        }
    }

    private Task Deliver(AgentNotice notice)
    {
        var user = GrainFactory.User(notice.User);
        return notice.Change switch
        {
            AgentChange.Joined => user.JoinStore(Id),
            AgentChange.Left => user.LeaveStore(Id),
            _ => user.Tell([new StoresChangedPush()]),
        };
    }

    private void RetryLater()
    {
        if (!_state.Value.Outbox.IsEmpty)
        {
            _retry?.Dispose();
            _retry = this.RegisterGrainTimer(
                DrainOutbox, new GrainTimerCreationOptions { DueTime = RetryEvery, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "User {User} could not be told of a change; it is tried again")]
    private partial void LogNotTold(UserId user, Exception error);
}
