using System.Collections.Concurrent;
using System.Diagnostics;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.Telemetry;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Fronts;

/// <summary>
/// The links of one process to all front ends. Grains call it from their turns, so it is thread-safe; its own calls run
/// outside of any grain.
/// </summary>
internal sealed partial class FrontLinks : IFrontLinks
{
    /// <summary>A front end that answers nothing for this long is not waited for: the batch counts as lost.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>How long a broken link is not tried again; grains forget the front end meanwhile and it renews if it lives.</summary>
    private static readonly TimeSpan GivenUpFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<FrontId, Link> _links = new();
    private readonly TimeProvider _time;
    private readonly TaskScheduler _scheduler;
    private readonly Func<ILocalFront?>? _local;
    private readonly ILogger<FrontLinks> logger;

    /// <summary>
    /// Calls go out on <paramref name="scheduler"/>: the thread pool, or a simulation's own. The front end of this process needs
    /// none; <paramref name="local"/> is asked for it when one is first sent to.
    /// </summary>
    public FrontLinks(TimeProvider time, ILogger<FrontLinks> logger, TaskScheduler scheduler, Func<ILocalFront?>? local = null)
    {
        _time = time;
        _scheduler = scheduler;
        _local = local;
        this.logger = logger;
    }

    public bool TrySend(FrontAddress front, PrincipalId to, IReadOnlyList<Push> pushes) =>
        LinkTo(front).TrySend(new Delivery(to, pushes));

    public bool TrySend(FrontAddress front, PresenceView presence) => LinkTo(front).TrySend(presence);

    /// <summary>What waits for all front ends together, and for the one with most.</summary>
    public (int Total, int Longest) Waiting()
    {
        var (total, longest) = (0, 0);
        foreach (var (_, link) in _links)
        {
            var waits = link.Waiting;
            total += waits;
            longest = Math.Max(longest, waits);
        }

        return (total, longest);
    }

    private Link LinkTo(FrontAddress front)
    {
        if (_links.TryGetValue(front.Id, out var link))
        {
            return link;
        }

        ForgetTheDead();
        return _links.GetOrAdd(front.Id, _ => new Link(this, front));
    }

    /// <summary>A front end's id dies with its process; without this each restart would leave a link behind.</summary>
    private void ForgetTheDead()
    {
        foreach (var (id, link) in _links)
        {
            if (link.IsLongGivenUp)
            {
                _links.TryRemove(id, out _);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Front end {Front} did not take a batch; it is given up for a while")]
    private partial void LogGivenUp(FrontId front, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "Too much waits for front end {Front}; it is told to resync")]
    private partial void LogOverflow(FrontId front);

    /// <summary>One front end's queue. One call in flight; what waits meanwhile is the next batch.</summary>
    private sealed class Link(FrontLinks owner, FrontAddress front)
    {
        private readonly Lock _gate = new();
        private readonly IFrontObserver _observer = owner._local?.Invoke() is { } local && local.Id == front.Id ? local.Observer : front.Observer;
        private readonly string _name = $"{Environment.MachineName}/{Environment.ProcessId}/{owner._time.GetUtcNow().UtcTicks}";
        private readonly Dictionary<StoreId, PresenceView> _presence = [];
        private List<Delivery> _deliveries = [];

        /// <summary>Pushes in <see cref="_deliveries"/>.</summary>
        private int _pushes;
        private long _number;
        private bool _sending;
        private DateTimeOffset _givenUpUntil;

        public bool IsLongGivenUp
        {
            get
            {
                lock (_gate)
                {
                    return _givenUpUntil != default && owner._time.GetUtcNow() > _givenUpUntil + ForgottenAfter;
                }
            }
        }

        public int Waiting
        {
            get
            {
                lock (_gate)
                {
                    return _pushes + _presence.Count;
                }
            }
        }

        public bool TrySend(Delivery delivery)
        {
            lock (_gate)
            {
                if (IsGivenUp())
                {
                    return false;
                }

                if (_pushes >= Limits.FrontQueueMax)
                {
                    // A skipped number is what tells the front end.
                    _deliveries.Clear();
                    _pushes = 0;
                    _number++;
                    LinkMetrics.Overflows.Add(1);
                    owner.LogOverflow(front.Id);
                }

                _deliveries.Add(delivery);
                _pushes += delivery.Pushes.Count;
                Start();
                return true;
            }
        }

        public bool TrySend(PresenceView presence)
        {
            lock (_gate)
            {
                if (IsGivenUp())
                {
                    return false;
                }

                _presence[presence.Store] = presence;
                Start();
                return true;
            }
        }

        private bool IsGivenUp() => owner._time.GetUtcNow() < _givenUpUntil;

        private void Start()
        {
            if (!_sending)
            {
                _sending = true;

                // Behind what is ready to run: after a commit that is many conversations, whose pushes then go together.
                _ = Task.Factory.StartNew(
                    Drain, CancellationToken.None, TaskCreationOptions.DenyChildAttach | TaskCreationOptions.PreferFairness, owner._scheduler).Unwrap();
            }
        }

        private async Task Drain()
        {
            ChatTracing.LeaveSpan();
            while (Take() is { } batch)
            {
                using var span = ChatTracing.IsOn ? Begin(batch) : null;
                try
                {
                    var taken = Call(batch);
                    if (!taken.IsCompletedSuccessfully)
                    {
                        await taken.WaitAsync(AnswerWithin, owner._time);
                    }
                }
                catch (Exception error)
                {
                    LinkMetrics.GivenUp.Add(1);
                    owner.LogGivenUp(front.Id, error);
                    GiveUp();
                    return;
                }
            }
        }

        /// <summary>A task of our own: waiting with a deadline on the host's would leave this link's scheduler.</summary>
        private async Task Call(FrontBatch batch) => await _observer.Deliver(batch);

        private static Activity? Begin(FrontBatch batch) =>
            ChatTracing.Begin("front link", ActivityKind.Producer, ChatTracing.CausesOf(batch.Deliveries.SelectMany(delivery => delivery.Pushes)));

        private FrontBatch? Take()
        {
            lock (_gate)
            {
                if (_deliveries.Count == 0 && _presence.Count == 0)
                {
                    _sending = false;
                    return null;
                }

                var deliveries = _deliveries;
                if (_pushes <= Limits.FrontBatchMax)
                {
                    _deliveries = [];
                    _pushes = 0;
                }
                else
                {
                    deliveries = _deliveries.GetRange(0, OneBatch(out var pushes));
                    _deliveries.RemoveRange(0, deliveries.Count);
                    _pushes -= pushes;
                }

                PresenceView[] presence = [.. _presence.Values];
                _presence.Clear();
                return new FrontBatch(_name, ++_number, deliveries, presence);
            }
        }

        /// <summary>How many of the first deliveries make one call, and their pushes: one always, however many it brings.</summary>
        private int OneBatch(out int pushes)
        {
            var taken = 1;
            pushes = _deliveries[0].Pushes.Count;
            while (taken < _deliveries.Count && pushes + _deliveries[taken].Pushes.Count <= Limits.FrontBatchMax)
            {
                pushes += _deliveries[taken++].Pushes.Count;
            }

            return taken;
        }

        /// <summary>
        /// Grains forget the front end at their next push. Should it live after all, it registers anew and learns from the
        /// new registration that it has missed something; the skipped number says the same to whoever stayed registered.
        /// </summary>
        private void GiveUp()
        {
            lock (_gate)
            {
                _deliveries.Clear();
                _pushes = 0;
                _presence.Clear();
                _number++;
                _sending = false;
                _givenUpUntil = owner._time.GetUtcNow() + GivenUpFor;
            }
        }
    }
}
