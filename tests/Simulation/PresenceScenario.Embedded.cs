using Chat.EmbeddedHost.Simulation;
using Chat.Grains;
using Chat.Grains.Fronts;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Simulation;

/// <summary>
/// Three front ends tell of a store's agents and look at its dot. In storms front ends die without a word and come back under
/// another name, the grain crashes and is active twice, its state is not written, notifications are lost and doubled, and the
/// clock is set. After each storm, within 30 seconds, everybody who looks sees the truth, and keeps seeing it.
/// </summary>
internal sealed class PresenceScenario
{
    private const int Fronts = 3;
    private const int Storms = 4;

    /// <summary>DESIGN.md part 8, 7: presence tells the truth within 30 s of any crash.</summary>
    private static readonly TimeSpan TruthWithin = TimeSpan.FromSeconds(30);

    /// <summary>As silos and front ends have it.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(6);

    private static readonly StoreId Shop = new("shop");

    private readonly SimulatedCluster _cluster;
    private readonly Policy _policy = new();
    private readonly Front[] _fronts;
    private int _deaths;
    private int _crashes;
    private int _clockSet;
    private int _looks;
    private bool _storm;
    private bool _over;

    private PresenceScenario(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _fronts = [.. Enumerable.Range(0, Fronts).Select(number => new Front(this, number))];
    }

    public static SeedOutcome Run(int seed)
    {
        PresenceScenario? scenario = null;
        var result = SimulatedCluster.Run(
            seed,
            new SimulationOptions
            {
                Host = options =>
                {
                    options.Assemblies.Add(typeof(ChatGrains).Assembly);
                    options.ResponseTimeout = CallTimeout;
                },
                Services = AddServices,
                StepsMax = 400_000,
            },
            cluster => (scenario = new PresenceScenario(cluster)).Play());
        return new SeedOutcome(
            result,
            [
                new("front ends died", scenario!._deaths, 1),
                new("crashes and twins of the presence grain", scenario._crashes, 2),
                new("times the clock was set", scenario._clockSet, 0.5),
                new("looks at the dot that showed the truth", scenario._looks, 30),
            ]);
    }

    private static void AddServices(IServiceCollection services, SimulatedCluster cluster)
    {
        services.AddSimulatedChat(cluster);
        services.AddSingleton<IConversationLog>(new SimulatedLog(cluster));
        services.AddSingleton<IInboxReader, NoInbox>();
    }

    private async Task Play()
    {
        var running = Task.WhenAll(_fronts.Select(front => front.Live()));
        for (var storm = 0; storm < Storms; storm++)
        {
            await Storm();
            await Task.Delay(TruthWithin, _cluster.Time);
            for (var look = 0; look < 10; look++)
            {
                Look();
                await _cluster.Pause(2_000);
            }
        }

        _over = true;
        await running;
    }

    private async Task Storm()
    {
        _storm = true;
        _cluster.CrashShare = 0.005;
        _cluster.NotificationLossShare = 0.2;
        _cluster.NotificationDuplicateShare = 0.1;
        _cluster.Storage.FailureShare = 0.2;
        _cluster.Storage.CommitThenThrowShare = 0.1;
        for (var accident = 0; accident < 6; accident++)
        {
            await _cluster.Pause(8_000);
            var grain = _cluster.Grains.Presence(Shop);
            _crashes += (_cluster.Random.Next(3) == 0 ? _cluster.Split(grain) : _cluster.Crash(grain)) ? 1 : 0;
            _clockSet += _cluster.MaySet(TimeSpan.FromSeconds(2)) ? 1 : 0;
            var front = _fronts[_cluster.Random.Next(Fronts)];
            if (_cluster.Random.Next(2) == 0)
            {
                front.Die();
                _deaths++;
            }
        }

        _storm = false;
        _cluster.Merge();
        _cluster.CrashShare = 0;
        _cluster.NotificationLossShare = 0;
        _cluster.NotificationDuplicateShare = 0;
        _cluster.Storage.FailureShare = 0;
        _cluster.Storage.CommitThenThrowShare = 0;
    }

    /// <summary>Between storms nobody comes or goes, so there is one truth.</summary>
    private void Look()
    {
        var truth = _fronts.Any(front => front.Agents > 0);
        foreach (var front in _fronts.Where(front => front.IsAlive))
        {
            Assert.True(front.Seen is not null, "A front end that looks was told nothing.");
            var seen = front.Seen.Status != PresenceStatus.Offline && front.Seen.Until > _cluster.Time.GetUtcNow();
            Assert.True(
                seen == truth,
                $"Front {front.Id} sees {front.Seen} at {_cluster.Time.GetUtcNow():O}, but agents are {(truth ? "" : "not ")}there.");
            _looks++;
        }
    }

    /// <summary>A front end as the grain knows it: what PresenceReporter and PresenceWatches do, in their rhythm.</summary>
    private sealed class Front(PresenceScenario owner, int number) : IFrontObserver
    {
        private int _life;
        private FrontAddress? _address;

        public FrontId Id => new($"front-{number}-{_life}");

        public bool IsAlive => _address is not null;

        /// <summary>Connected agents on duty.</summary>
        public int Agents { get; private set; }

        public PresenceView? Seen { get; private set; }

        /// <summary>At once and without a word; somebody restarts it later.</summary>
        public void Die()
        {
            Agents = 0;
            Seen = null;
            _address = null;
        }

        public Task Deliver(FrontBatch batch)
        {
            foreach (var view in IsAlive ? batch.Presence : [])
            {
                Seen = view;
            }

            return Task.CompletedTask;
        }

        public async Task Live()
        {
            while (!owner._over)
            {
                if (!IsAlive && !owner._storm)
                {
                    await owner._cluster.Pause(1_000);
                    Start();
                }

                var life = _life;
                if (IsAlive)
                {
                    if (owner._storm && owner._cluster.Random.Next(3) == 0)
                    {
                        Agents = owner._cluster.Random.Next(3);
                    }

                    await Tell(life);
                }

                await Task.Delay(owner._policy.PresenceRenewal, owner._cluster.Time);
            }
        }

        private void Start()
        {
            _life++;
            _address = new FrontAddress(Id, owner._cluster.Grains.CreateObjectReference<IFrontObserver>(this));
            Agents = 0;
        }

        /// <summary>One call of a dead process may still arrive; its answer does not.</summary>
        private async Task Tell(int life)
        {
            var now = owner._cluster.Time.GetUtcNow();
            var grain = owner._cluster.Grains.Presence(Shop);
            try
            {
                await grain.Report(Id, [.. Enumerable.Range(0, Agents).Select(agent => new AgentSeen(new UserId($"agent-{number}-{agent}"), now))]);
                if (life == _life && _address is { } address)
                {
                    var view = await grain.Watch(address);
                    Seen = life == _life && IsAlive ? view : Seen;
                }
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                // Told again at the next renewal.
            }
        }
    }
}
