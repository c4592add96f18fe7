using Chat.EmbeddedHost.Runtime;
using Chat.EmbeddedHost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Simulation;

/// <summary>What a run did.</summary>
/// <param name="Seed">Its seed; the same seed and program do the same.</param>
/// <param name="Steps">Work items run.</param>
/// <param name="TraceHash">Digest of every choice made.</param>
/// <param name="VirtualTime">Virtual time passed.</param>
public sealed record SimulationResult(int Seed, long Steps, ulong TraceHash, TimeSpan VirtualTime);

/// <summary>Settings of a simulation.</summary>
public sealed class SimulationOptions
{
    /// <summary>Settings of the host; executor and slice length are the simulation's.</summary>
    public Action<EmbeddedGrainOptions> Host { get; set; } = static _ => { };

    /// <summary>More services, registered before the simulation's own.</summary>
    public Action<IServiceCollection, SimulatedCluster> Services { get; set; } = static (_, _) => { };

    /// <summary>Name under which grains ask for the <see cref="SimulatedStorage"/>.</summary>
    public string StorageName { get; set; } = "grains";

    /// <summary>Virtual time after which a run fails. Default an hour.</summary>
    public TimeSpan TimeMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Work items after which a run fails. Default a million.</summary>
    public long StepsMax { get; set; } = 1_000_000;
}

/// <summary>
/// An embedded host under a seeded scheduler and virtual time, and the accidents that can befall it. All on the calling
/// thread: no threads, no timers, no wall clock.
/// </summary>
public sealed class SimulatedCluster
{
    private readonly SimulationFaults faults;
    private readonly ServiceProvider provider;
    private readonly GrainHost host;

    private SimulatedCluster(int seed, SimulationOptions options)
    {
        // Each kind of choice has a generator of its own, so that one more draw of one kind does not shift the others.
        Scheduler = new SimulationScheduler(seed);
        Random = new Random(unchecked((seed * 31) + 1));
        Storage = new SimulatedStorage(Scheduler, new Random(unchecked((seed * 31) + 2)));
        faults = new SimulationFaults(new Random(unchecked((seed * 31) + 3)), Scheduler);

        var services = new ServiceCollection();
        options.Services(services, this);
        services.AddSingleton<TimeProvider>(Scheduler.Time);
        services.AddSingleton<TaskScheduler>(Scheduler);
        services.AddKeyedSingleton<IGrainStateStorage>(options.StorageName, Storage);
        services.AddEmbeddedGrains(given =>
        {
            options.Host(given);
            given.Executor = Scheduler;
            given.TurnsPerSlice = 1;
        });
        provider = services.BuildServiceProvider();
        host = provider.GetRequiredService<GrainHost>();
        host.Faults = faults;
    }

    /// <summary>Runs all code of the simulation.</summary>
    public SimulationScheduler Scheduler { get; }

    /// <summary>For the scenario's own choices.</summary>
    public Random Random { get; }

    /// <summary>The virtual clock.</summary>
    public SimulatedTime Time => Scheduler.Time;

    /// <summary>The database.</summary>
    public SimulatedStorage Storage { get; }

    /// <summary>Services of the host.</summary>
    public IServiceProvider Services => provider;

    /// <summary>References to grains.</summary>
    public IGrainFactory Grains => host;

    /// <summary>Activations in the directory.</summary>
    public int ActivationCount => host.ActivationCount;

    /// <summary>Chance that an activation crashes instead of running its next turn, 0 to 1.</summary>
    public double CrashShare
    {
        get => faults.CrashShare;
        set => faults.CrashShare = value;
    }

    /// <summary>Chance that a call to an observer is lost, 0 to 1. Its caller gets no answer.</summary>
    public double NotificationLossShare
    {
        get => faults.LossShare;
        set => faults.LossShare = value;
    }

    /// <summary>Chance that a call to an observer comes twice, 0 to 1.</summary>
    public double NotificationDuplicateShare
    {
        get => faults.DuplicateShare;
        set => faults.DuplicateShare = value;
    }

    /// <summary>Runs a scenario in a new cluster until it completes; throws what it throws.</summary>
    public static SimulationResult Run(int seed, SimulationOptions options, Func<SimulatedCluster, Task> scenario)
    {
        var cluster = new SimulatedCluster(seed, options);
        var began = cluster.Time.Unset;
        cluster.Scheduler.Run(
            async () =>
            {
                foreach (var service in cluster.provider.GetServices<IHostedService>())
                {
                    await service.StartAsync(CancellationToken.None);
                }

                await scenario(cluster);
                await cluster.provider.DisposeAsync();
            },
            options.TimeMax,
            options.StepsMax);
        return new(seed, cluster.Scheduler.Steps, cluster.Scheduler.TraceHash, cluster.Time.Unset - began);
    }

    /// <summary>
    /// Crashes the grain's activation where it is: what it awaits never goes on, its callers get no answer. False when there
    /// is none.
    /// </summary>
    public bool Crash(IAddressable grain)
    {
        var activation = host.Live(grain.GetGrainId());
        activation?.Crash();
        return activation is not null;
    }

    /// <summary>
    /// Makes the grain doubly active, as after a partition: its activation goes on, and calls go to it or to a second one at
    /// random. False when it has no activation.
    /// </summary>
    public bool Split(IAddressable grain)
    {
        if (host.Live(grain.GetGrainId()) is not { } activation)
        {
            return false;
        }

        host.Detach(activation);
        faults.AddTwin(activation);
        return true;
    }

    /// <summary>Ends double activations, as a partition that heals does: the older one goes.</summary>
    public void Merge() => faults.EndTwins();

    /// <summary>Stops the host gracefully: every grain is deactivated.</summary>
    public async Task Stop()
    {
        foreach (var service in provider.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }
}
