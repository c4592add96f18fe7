using Chat.EmbeddedHost.Simulation;
using Chat.EmbeddedHost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;

namespace Chat.EmbeddedHost.Tests;

/// <summary>The simulation itself: order by seed, virtual time, and each accident it can cause.</summary>
public sealed class SimulationTests
{
    internal interface ITallyObserver : IGrainObserver
    {
        Task Told(int total);
    }

    internal interface ITallyGrain : IGrainWithStringKey
    {
        Task<int> Add(int amount);

        [AlwaysInterleave]
        Task<int> Get();

        Task<Guid> Identity();

        Task Tell(ITallyObserver observer, int total);

        Task Tick(TimeSpan period);
    }

    internal interface IWokenGrain : IGrainWithStringKey, IRemindable
    {
        Task Remind();
    }

    internal sealed class WokenGrain(Journal journal, TimeProvider time) : Grain, IWokenGrain
    {
        public Task Remind() => this.RegisterOrUpdateReminder("r", TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));

        public Task ReceiveReminder(string reminderName, TickStatus status)
        {
            journal.Write($"{this.GetPrimaryKeyString()} {time.GetUtcNow():HH:mm}");
            return Task.CompletedTask;
        }
    }

    internal sealed record Tally
    {
        public int Total { get; init; }
    }

    internal sealed class TallyGrain([PersistentState("tally", "grains")] IPersistentState<Tally> stored, Journal journal, TimeProvider time)
        : Grain, ITallyGrain
    {
        private readonly Guid identity = Guid.NewGuid();

        public async Task<int> Add(int amount)
        {
            journal.Write("add " + amount);
            stored.State = new Tally { Total = stored.State.Total + amount };
            await stored.WriteStateAsync();
            journal.Write("added " + amount);
            return stored.State.Total;
        }

        public Task<int> Get() => Task.FromResult(stored.State.Total);

        public Task<Guid> Identity() => Task.FromResult(identity);

        public Task Tell(ITallyObserver observer, int total) => observer.Told(total);

        public Task Tick(TimeSpan period)
        {
            this.RegisterGrainTimer(
                () =>
                {
                    journal.Write($"tick {time.GetUtcNow():HH:mm:ss}");
                    return Task.CompletedTask;
                },
                period,
                period);
            return Task.CompletedTask;
        }
    }

    private sealed class Observer : ITallyObserver
    {
        public List<int> Seen { get; } = [];

        public Task Told(int total)
        {
            Seen.Add(total);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void One_seed_gives_one_trace_and_another_seed_another()
    {
        var first = Enumerable.Range(1, 20).Select(Chaos).ToArray();
        var second = Enumerable.Range(1, 20).Select(Chaos).ToArray();
        Assert.Equal(first, second);
        Assert.Equal(20, first.Select(static run => run.TraceHash).Distinct().Count());

        static SimulationResult Chaos(int seed) => Run(seed, async cluster =>
        {
            cluster.CrashShare = 0.01;
            cluster.Storage.FailureShare = 0.05;
            cluster.Storage.CommitThenThrowShare = 0.05;
            await Task.WhenAll(Enumerable.Range(0, 5).Select(async caller =>
            {
                for (var i = 0; i < 10; i++)
                {
                    try
                    {
                        await cluster.Grains.GetGrain<ITallyGrain>("t" + (caller % 2)).Add(1);
                    }
                    catch (Exception e) when (e is TimeoutException or SimulatedStorageException or InconsistentStateException)
                    {
                        cluster.Scheduler.Note(e.GetType().Name);
                    }
                }
            }));
        });
    }

    [Fact]
    public void Seeds_differ_in_the_order_of_what_is_ready() =>
        Assert.True(Enumerable.Range(1, 20).Select(static seed =>
        {
            var order = new List<string>();
            Run(seed, async cluster => await Task.WhenAll(new[] { "a", "b", "c" }.Select(async key =>
            {
                await cluster.Grains.GetGrain<ITallyGrain>(key).Get();
                order.Add(key);
            })));
            return string.Concat(order);
        }).Distinct().Count() > 3);

    [Fact]
    public void Virtual_hours_pass_at_once_and_timers_come_on_time() => Run(1, async cluster =>
    {
        await cluster.Grains.GetGrain<ITallyGrain>("a").Tick(TimeSpan.FromMinutes(4));
        await Task.Delay(TimeSpan.FromMinutes(9), cluster.Time);
        Assert.Equal(["tick 00:04:00", "tick 00:08:00"], Lines(cluster));
    });

    [Fact]
    public void Reminders_tick_after_a_crash_and_after_a_restart()
    {
        var store = new MemoryReminderStore();
        Run(1, Scenario, store);
        Run(2, static async cluster =>
        {
            await Task.Delay(TimeSpan.FromMinutes(9), cluster.Time);
            Assert.Equal(["a 00:02", "a 00:05", "a 00:08"], Lines(cluster));
        }, store);

        static async Task Scenario(SimulatedCluster cluster)
        {
            var grain = cluster.Grains.GetGrain<IWokenGrain>("a");
            await grain.Remind();
            cluster.Crash(grain);
            await Task.Delay(TimeSpan.FromMinutes(6), cluster.Time);
            Assert.Equal(["a 00:02", "a 00:05"], Lines(cluster));
        }
    }

    [Fact]
    public void An_idle_grain_is_collected() => Run(1, async cluster =>
    {
        await cluster.Grains.GetGrain<ITallyGrain>("a").Get();
        Assert.Equal(1, cluster.ActivationCount);
        await Task.Delay(TimeSpan.FromMinutes(16), cluster.Time);
        Assert.Equal(0, cluster.ActivationCount);
    });

    [Fact]
    public void A_crash_at_an_await_never_goes_on_and_the_write_may_have_happened()
    {
        var outcomes = Enumerable.Range(1, 40).Select(static seed =>
        {
            var stored = -1;
            Run(seed, async cluster =>
            {
                var grain = cluster.Grains.GetGrain<ITallyGrain>("a");
                await grain.Get();
                var add = grain.Add(7);
                await Task.Delay(TimeSpan.FromMilliseconds(cluster.Random.Next(1, 20)), cluster.Time);
                if (!Lines(cluster).Contains("added 7"))
                {
                    Assert.True(cluster.Crash(grain));
                    await Assert.ThrowsAsync<TimeoutException>(() => add);
                    Assert.DoesNotContain("added 7", Lines(cluster));
                    stored = await cluster.Grains.GetGrain<ITallyGrain>("a").Get();
                    Assert.True(stored is 0 or 7);
                }
            });
            return stored;
        }).ToHashSet();
        Assert.Contains(0, outcomes);
        Assert.Contains(7, outcomes);
    }

    [Fact]
    public void Two_activations_of_one_grain_cannot_both_write() => Run(3, async cluster =>
    {
        var grain = cluster.Grains.GetGrain<ITallyGrain>("a");
        await grain.Add(1);
        Assert.True(cluster.Split(grain));
        var identities = new HashSet<Guid>();
        for (var i = 0; i < 20; i++)
        {
            identities.Add(await grain.Identity());
        }

        Assert.Equal(2, identities.Count);
        var told = 1;
        var refused = 0;
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await grain.Add(1);
                told++;
            }
            catch (InconsistentStateException)
            {
                refused++;
            }
        }

        Assert.True(refused > 0);
        Assert.Equal(told, cluster.Storage.Peek<Tally>("tally", grain.GetGrainId())!.Total);
    });

    [Fact]
    public void Notifications_are_lost_and_duplicated_on_demand() => Run(5, async cluster =>
    {
        var observer = new Observer();
        var reference = cluster.Grains.CreateObjectReference<ITallyObserver>(observer);
        var grain = cluster.Grains.GetGrain<ITallyGrain>("a");
        cluster.NotificationDuplicateShare = 1;
        await grain.Tell(reference, 1);
        await Task.Delay(TimeSpan.FromSeconds(1), cluster.Time);
        Assert.Equal([1, 1], observer.Seen);
        cluster.NotificationLossShare = 1;
        await Assert.ThrowsAsync<TimeoutException>(() => grain.Tell(reference, 2));
        Assert.Equal([1, 1], observer.Seen);
    });

    [Fact]
    public void What_is_told_as_stored_survives_a_storage_that_commits_and_throws() => Run(9, async cluster =>
    {
        cluster.Storage.CommitThenThrowShare = 1;
        var grain = cluster.Grains.GetGrain<ITallyGrain>("a");
        await Assert.ThrowsAsync<SimulatedStorageException>(() => grain.Add(3));
        Assert.Equal(3, cluster.Storage.Peek<Tally>("tally", grain.GetGrainId())!.Total);
    });

    [Fact]
    public void Waiting_for_nothing_is_found_out()
    {
        var stuck = Assert.Throws<SimulationException>(() => Run(1, static _ => new TaskCompletionSource().Task));
        Assert.Contains("Deadlock", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_from_another_thread_is_found_out() =>
        Assert.Throws<SimulationException>(() => Run(1, static async cluster =>
        {
            using var back = new ManualResetEventSlim();
            var thread = new Thread(() =>
            {
                Task.Factory.StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.None, cluster.Scheduler);
                back.Set();
            });
            thread.Start();
            back.Wait();
            await Task.Delay(TimeSpan.FromSeconds(1), cluster.Time);
        }));

    [Fact]
    public void Thousands_of_calls_a_second_are_simulated()
    {
        var run = Run(1, static async cluster =>
        {
            cluster.Storage.DelayMax = TimeSpan.FromMilliseconds(1);
            for (var i = 0; i < 5_000; i++)
            {
                await cluster.Grains.GetGrain<ITallyGrain>("a").Get();
            }
        });
        Assert.InRange(run.Steps, 10_000, 100_000);
    }

    private static string[] Lines(SimulatedCluster cluster) => cluster.Services.GetRequiredService<Journal>().Lines;

    private static SimulationResult Run(int seed, Func<SimulatedCluster, Task> scenario, IReminderStore? reminders = null) => SimulatedCluster.Run(
        seed,
        new SimulationOptions
        {
            Host = static options => options.Assemblies.Add(typeof(SimulationTests).Assembly),
            Services = (services, _) =>
            {
                services.AddSingleton<Journal>();
                services.AddSingleton(reminders ?? new MemoryReminderStore());
            },
        },
        scenario);
}
