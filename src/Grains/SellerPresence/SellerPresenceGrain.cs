using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.SellerPresence;

/// <summary>What outlives an activation: enough to show "last seen" and to bridge a silo's crash.</summary>
internal sealed record StoredPresence
{
    /// <summary>When somebody on duty was last known to be connected, at most <see cref="PresenceRules.SaveEvery"/> old.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>The last status told.</summary>
    public PresenceStatus Status { get; init; }
}

internal sealed partial class SellerPresenceGrain(
    [PersistentState("presence", StateStorage.Name)] IPersistentState<StoredPresence> stored,
    IFrontLinks links,
    IInboxReader inbox,
    TimeProvider time,
    IOptions<Policy> options,
    ILogger<SellerPresenceGrain> logger) : Grain, ISellerPresenceGrain
{
    private static readonly TimeSpan BadgeLife = TimeSpan.FromMinutes(1);

    private readonly Policy _policy = options.Value;
    private readonly Durable<StoredPresence> _stored = new(stored);
    private readonly FrontRegistry _watchers = new(options.Value.FrontLease, Limits.FrontsPerWatchMax);
    private PresenceState _state = PresenceState.Empty;
    private StoreId _store;
    private PresenceView _told = null!;
    private DateTimeOffset _graceUntil;
    private IGrainTimer? _timer;

    /// <summary>When the last write was begun, on the clock of <see cref="TimeProvider.GetTimestamp"/>; null before the first.</summary>
    private long? _savedAt;

    /// <summary>Whether a write waits for its time.</summary>
    private bool _saveWaits;
    private (ReplyBadge? Badge, DateTimeOffset Until) _badge;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        _store = PrincipalId.TryParse(key, out var principal) && principal.IsStore
            ? new StoreId(principal.Key)
            : throw new ArgumentException($"'{key}' is not a store.");

        // The leases died with the previous activation.
        var now = time.GetUtcNow();
        _state = PresenceState.Empty with { LastSeen = _stored.Value.LastSeen };
        _graceUntil = PresenceRules.GraceUntil(_stored.Value.LastSeen, now, _policy);
        _told = View(now);
        if (_told.Status != PresenceStatus.Offline)
        {
            Schedule(now, null);
        }

        return Task.CompletedTask;
    }

    /// <summary>Whoever comes next should not have to begin with an older word than there is.</summary>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _saveWaits ? Save(View(time.GetUtcNow())) : Task.CompletedTask;

    public async Task<PresenceView> Report(FrontId front, IReadOnlyList<AgentSeen> agents)
    {
        var now = time.GetUtcNow();
        _state = PresenceRules.Report(PresenceRules.Expire(_state, now), front, agents, now, _policy);
        if (agents.Count > 0)
        {
            _graceUntil = default;
        }

        return await Refresh(now);
    }

    public Task<PresenceView> Watch(FrontAddress front)
    {
        var now = time.GetUtcNow();
        _watchers.Attach(front, now);
        return Task.FromResult(View(now));
    }

    public Task Unwatch(FrontId front)
    {
        _watchers.Detach(front);
        return Task.CompletedTask;
    }

    public Task<PresenceView> Get() => Task.FromResult(View(time.GetUtcNow()));

    public async Task<ReplyBadge?> ReplyTime()
    {
        var now = time.GetUtcNow();
        if (_badge.Until <= now)
        {
            var stats = await inbox.Replies(_store, now - _policy.ReplyWindow, now - _policy.ReplyPromptWithin, _policy.ReplyPromptWithin);
            var badge = stats.Asked < _policy.ReplySampleMin
                ? null
                : new ReplyBadge((double)stats.AnsweredPromptly / stats.Asked, stats.Median, stats.Asked);
            _badge = (badge, now + BadgeLife);
        }

        return _badge.Badge;
    }

    private PresenceView View(DateTimeOffset now)
    {
        var view = PresenceRules.View(_state, _store, now, _policy);
        return view.Status == PresenceStatus.Offline && now < _graceUntil && _stored.Value.Status != PresenceStatus.Offline
            ? view with { Status = _stored.Value.Status, Until = _graceUntil }
            : view;
    }

    /// <summary>Tells watchers what changed, or that the same holds for longer, and stores what must outlive this activation.</summary>
    private async Task<PresenceView> Refresh(DateTimeOffset now)
    {
        var view = View(now);
        var changed = view.Status != _told.Status;
        if (changed || _told.Until - now < _policy.PresenceLease / 2)
        {
            _told = view;
            _watchers.Tell(now, (links, view), static (front, to) => to.links.TrySend(front, to.view));
        }

        var mayWait = SaveMayWait();
        _saveWaits = mayWait > TimeSpan.Zero && !PresenceRules.Covers(_stored.Value, view);
        Schedule(now, _saveWaits ? mayWait : null);
        if (mayWait == TimeSpan.Zero && !PresenceRules.Covers(_stored.Value, view))
        {
            await Save(view);
        }

        return view;
    }

    /// <summary>
    /// Presence is told even when it cannot be stored: the leases, not the row, are its truth. They die with the activation,
    /// which therefore must outlive a database that is away.
    /// </summary>
    private async Task Save(PresenceView view)
    {
        _savedAt = time.GetTimestamp();
        try
        {
            await _stored.WriteAndStay(new StoredPresence { LastSeen = view.LastSeen, Status = view.Status });
        }
        catch (Exception error)
        {
            LogNotStored(_store, error);
        }
    }

    /// <summary>How long until the row may be written again.</summary>
    private TimeSpan SaveMayWait()
    {
        var left = _savedAt is { } saved ? PresenceRules.SaveApart - time.GetElapsedTime(saved) : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Schedule(DateTimeOffset now, TimeSpan? save)
    {
        var next = (PresenceRules.NextChange(_state, now, _policy) ?? (now < _graceUntil ? _graceUntil : null)) - now;
        if (next is null || save < next)
        {
            next = save;
        }

        if (next is null)
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }

        // A millisecond late rather than early: at the very instant the old word still holds.
        var due = next.Value + TimeSpan.FromMilliseconds(1);
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(
                Tick, new GrainTimerCreationOptions { DueTime = due, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private Task Tick()
    {
        var now = time.GetUtcNow();
        _state = PresenceRules.Expire(_state, now);
        return Refresh(now);
    }

    [LoggerMessage(1, LogLevel.Warning, "Presence of {Store} could not be stored")]
    private partial void LogNotStored(StoreId store, Exception error);
}
