using System.Diagnostics;

namespace Chat.Bench;

/// <summary>
/// What it costs to tell many people that a shop has come or gone: one change by itself, and shops that flap. On ours a
/// change is an agent going on or off duty, stored; on the peers it is a group send and nothing more.
/// </summary>
internal static class PresenceMode
{
    /// <summary>1 when every watcher was told of each change.</summary>
    public const string Statuses = "statuses/watcher and change";

    /// <summary>Watchers of this mode, apart from buyers of the others.</summary>
    private const int FirstBuyer = 300_000;
    /// <summary>What connecting left to do is done by then.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(20);

    /// <summary>Longer than any server gathers changes for, so that changes stay alone.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(500);

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var crowds = options.Numbers("watchers", "1000,10000");
        var changes = options.Number("changes", 10, max: 1_000);
        var churnWatchers = options.Number("churn-watchers", 1_000, max: 100_000);
        var churnRate = options.Number("churn-rate", 60, max: 10_000);
        var stores = options.Number("churn-stores", Cast.BenchStoresMax, max: Cast.BenchStoresMax);
        var churnOnly = options.Text("churn-only", "").Split(',');
        var churnSeconds = options.Number("churn-seconds", 10, max: 600);
        var warmUp = options.Number("warm-up", 20, min: 0, max: 600);
        var leadIn = options.Number("lead-in", 5, min: 0, max: 600);
        var rounds = Rounds.From(options, 5);
        options.RefuseTheRest();
        Target[] able = [.. targets.Where(target => target.HasPresence)];
        foreach (var left in targets.Except(able))
        {
            Console.Error.WriteLine($"{left.Name}: presence is left out (bench/README.md says why)");
        }

        string[] all = [.. Enumerable.Range(0, stores).Select(Cast.BenchStore)];
        foreach (var target in able)
        {
            await target.OpenStores(stores);
            await Before(target, churnWatchers, all, () => Churn(target, churnWatchers, stores, churnRate, warmUp, 0));
        }

        await rounds.Run(
            crowds, [.. able.Where(target => !churnOnly.Contains(target.Name))], async (count, target, _) => await Before(target, count, all[..1], () => Alone(target, count, changes)), results);
        await rounds.Run(
            [churnRate],
            able,
            async (rate, target, _) => await Before(target, churnWatchers, all, () => Churn(target, churnWatchers, stores, rate, leadIn, churnSeconds)),
            results);
    }

    /// <summary>
    /// Measures before a crowd that comes for it and goes again: the crowds of all servers at once would be more sockets
    /// than a process may have.
    /// </summary>
    private static async Task<Result> Before(Target target, int watchers, string[] stores, Func<Task<Result>> measure)
    {
        var clients = await target.ConnectBuyers(FirstBuyer, watchers);
        await Parallel.ForEachAsync(clients, async (client, _) => await target.Watch(client, stores));
        await Task.Delay(Rest);
        var result = await measure();
        await target.Disconnect(clients);
        return result;
    }

    /// <summary>One store, one change at a time: how long until each watcher knows.</summary>
    private static async Task<Result> Alone(Target target, int watchers, int changes)
    {
        var times = new List<double>(watchers * changes);
        var last = new List<double>(changes);
        var untold = 0;
        var (before, from) = (target.Meters.Cpu(), Stopwatch.GetTimestamp());
        for (var change = 0; change < changes; change++)
        {
            var arrivals = await Tell(target, watchers);
            times.AddRange(arrivals);
            untold += watchers - arrivals.Count;
            last.Add(arrivals.DefaultIfEmpty(0).Max());
            await Task.Delay(Apart);
        }

        var cpu = target.Meters.Cpu() - before;
        var elapsed = Stopwatch.GetElapsedTime(from).TotalSeconds;
        var spread = Latencies.Of(times);
        return new Result("presence, alone", $"{watchers} watchers", target.Name, new Dictionary<string, double>
        {
            ["told p50 ms"] = spread.P50,
            ["told p99 ms"] = spread.P99,
            ["last told ms"] = Latencies.Of(last).P50,
            ["server cpu ms/change"] = cpu.Server * 1e3 / changes,
            ["postgres cpu ms/change"] = cpu.Postgres * 1e3 / changes,
            ["generator cpu ms/change"] = cpu.Generator * 1e3 / changes,
            ["not told"] = untold,
            [Rounds.Others] = 100 * cpu.Others / elapsed,
        });
    }

    private static async Task<List<double>> Tell(Target target, int watchers)
    {
        var arrivals = new long[watchers];
        var told = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        target.OnPresence = _ =>
        {
            var index = Interlocked.Increment(ref told) - 1;
            if (index < watchers)
            {
                arrivals[index] = Stopwatch.GetTimestamp();
            }

            if (index == watchers - 1)
            {
                all.TrySetResult();
            }
        };
        var start = Stopwatch.GetTimestamp();
        await target.Flip(0);
        await Task.WhenAny(all.Task, Task.Delay(ToldWithin));
        target.OnPresence = null;
        return [.. arrivals.Where(at => at != 0).Select(at => Stopwatch.GetElapsedTime(start, at).TotalMilliseconds)];
    }

    /// <summary>
    /// All stores flap in turn at a fixed total rate, whatever the server does; everybody watches all of them. What a server puts
    /// off is done in its turn as well: it is measured in the middle of the flapping, after the seconds of <paramref name="leadIn"/>.
    /// </summary>
    private static async Task<Result> Churn(Target target, int watchers, int shops, int rate, int leadIn, int seconds)
    {
        long frames = 0;
        long stores = 0;
        target.OnPresence = count =>
        {
            Interlocked.Increment(ref frames);
            Interlocked.Add(ref stores, count);
        };
        var (begin, skipped) = (Stopwatch.GetTimestamp(), rate * leadIn);
        var changes = rate * seconds;
        var taken = new Task[skipped + changes];
        var from = Look();
        for (var i = 0; i < taken.Length; i++)
        {
            var due = begin + (i * Stopwatch.Frequency / rate);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            if (i == skipped)
            {
                from = Look();
            }

            taken[i] = target.Flip(i % shops);
        }

        var to = Look();
        await Task.WhenAll(taken);
        await Quieten(() => Interlocked.Read(ref frames));
        target.OnPresence = null;
        var (cpu, elapsed) = (to.Cpu - from.Cpu, Stopwatch.GetElapsedTime(from.At, to.At).TotalSeconds);
        return new Result("presence, flapping", $"{shops} stores, {watchers} watchers of all, {rate} changes/s", target.Name, new Dictionary<string, double>
        {
            ["server cpu ms/change"] = cpu.Server * 1e3 / changes,
            ["postgres cpu ms/change"] = cpu.Postgres * 1e3 / changes,
            ["generator cpu ms/change"] = cpu.Generator * 1e3 / changes,
            ["frames/watcher and change"] = (double)(to.Frames - from.Frames) / watchers / changes,
            [Statuses] = (double)(to.Stores - from.Stores) / watchers / changes,
            ["changes/s"] = changes / elapsed,
            [Rounds.Others] = 100 * cpu.Others / elapsed,
        });

        (CpuReading Cpu, long Frames, long Stores, long At) Look() =>
            (target.Meters.Cpu(), Interlocked.Read(ref frames), Interlocked.Read(ref stores), Stopwatch.GetTimestamp());
    }

    /// <summary>Waits until nothing more arrives.</summary>
    private static async Task Quieten(Func<long> arrived)
    {
        var start = Stopwatch.GetTimestamp();
        for (long seen = -1; seen != arrived() && Stopwatch.GetElapsedTime(start) < 3 * ToldWithin;)
        {
            seen = arrived();
            await Task.Delay(Apart);
        }
    }
}
