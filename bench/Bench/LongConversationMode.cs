using System.Diagnostics;
using System.Text.Json;

namespace Chat.Bench;

/// <summary>
/// Whether a conversation gets dearer as it grows: posts to conversations of 10 to 10,000 messages, one at a time and in
/// turn, so that noise hits all lengths alike; then what opening each of them costs.
/// </summary>
internal static class LongConversationMode
{
    private const int FillInFlight = 16;
    private const int FillPerSecond = 1_200;

    /// <summary>Buyers of this mode, apart from those of the others; each run needs new ones, or lengths would not be what they say.</summary>
    private const int FirstBuyer = 50_000;
    private const int BuyersPerRun = 300;

    /// <summary>A short conversation would not stay short under all the posts: they are spread over this many.</summary>
    private const int ShortPairs = 100;

    public static async Task Run(Options options, Results results)
    {
        var lengths = options.Numbers("lengths", "10,100,1000,10000");
        var posts = options.Number("posts", 300, max: 10_000);
        var rounds = options.Number("rounds", 3, max: 20);
        var first = FirstBuyer + (options.Number("run", 1, max: 150) * BuyersPerRun);
        await using var stage = await Stage.Open(options);

        var groups = new List<(int Length, Pair[] Pairs)>();
        foreach (var length in lengths)
        {
            var pairs = await stage.Pairs(length < 1_000 ? ShortPairs : 1, first + groups.Sum(group => group.Pairs.Length));
            groups.Add((length, pairs));
        }

        await Post(stage, (await stage.Pairs(1, first + BuyersPerRun - 1))[0], 500);
        var rss = stage.Meters.ServerRss();
        foreach (var (length, pairs) in groups)
        {
            foreach (var pair in pairs)
            {
                await Fill(stage, pair, length);
            }

            Console.Error.WriteLine($"filled {pairs.Length} x {length}; server {stage.Meters.ServerRss() >> 20} MiB");
        }

        var grown = stage.Meters.ServerRss() - rss;
        for (var round = 0; round < rounds; round++)
        {
            await Compare(stage, groups, posts, grown, results);
        }
    }

    private static async Task Compare(Stage stage, List<(int Length, Pair[] Pairs)> groups, int posts, long grown, Results results)
    {
        var times = groups.ConvertAll(_ => new List<double>(posts));
        for (var i = 0; i < posts; i++)
        {
            for (var g = 0; g < groups.Count; g++)
            {
                var pairs = groups[g].Pairs;
                times[g].Add(await PostOne(stage, pairs[i % pairs.Length], fromBuyer: i % 2 == 0));
            }
        }

        var cpu = new List<double>();
        foreach (var (_, pairs) in groups)
        {
            cpu.Add(await CpuPerPost(stage, pairs, posts));
        }

        for (var g = 0; g < groups.Count; g++)
        {
            var (length, pairs) = groups[g];
            var spread = Latencies.Of(times[g]);
            var (open, messages) = await TimeHistory(pairs[0], before: null);
            var (middle, _) = await TimeHistory(pairs[0], before: Math.Max(2, length / 2));
            results.Add(new Result("long conversation", $"{length} messages", new Dictionary<string, double>
            {
                ["post p50 ms"] = spread.P50,
                ["post p95 ms"] = spread.P95,
                ["server µs/post"] = cpu[g],
                ["open p50 ms"] = open,
                ["messages read by opening"] = messages,
                ["page from the middle p50 ms"] = middle,
                ["server RSS grown by filling MiB"] = grown / 1024.0 / 1024,
            }));
        }
    }

    private static async Task<double> PostOne(Stage stage, Pair pair, bool fromBuyer)
    {
        var ledger = new Ledger(1);
        var answered = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.Ledger = ledger;
        stage.OnAnswer = (_, error) => answered.TrySetResult(error);
        var start = Stopwatch.GetTimestamp();
        pair.Send(ledger, stage.Text, fromBuyer, start);
        var error = await answered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        (stage.OnAnswer, stage.Ledger) = (null, null);
        return error == 0 ? took : throw new IOException($"a post was refused with {error}");
    }

    /// <summary>Server processor time of a post. The kernel counts it in steps of 10 ms: a few hundred posts are needed.</summary>
    private static async Task<double> CpuPerPost(Stage stage, Pair[] pairs, int posts)
    {
        var before = stage.Meters.Cpu();
        for (var i = 0; i < posts; i++)
        {
            await PostOne(stage, pairs[i % pairs.Length], fromBuyer: i % 2 == 0);
        }

        return (stage.Meters.Cpu() - before).Server * 1e6 / posts;
    }

    private static async Task Fill(Stage stage, Pair pair, int length)
    {
        // One message began it.
        for (var done = 1; done < length; done += 1_000)
        {
            await Post(stage, pair, Math.Min(1_000, length - done));
        }
    }

    /// <summary>Posts from both sides, a few at a time, within what a person may send; every one must be stored.</summary>
    private static async Task Post(Stage stage, Pair pair, int count)
    {
        var ledger = new Ledger(count);
        using var room = new SemaphoreSlim(FillInFlight);
        stage.Ledger = ledger;
        stage.OnAnswer = (_, _) => room.Release();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            await room.WaitAsync();
            pair.Send(ledger, stage.Text, fromBuyer: i % 2 == 0, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(start).TotalSeconds * FillPerSecond < i)
            {
                await Task.Delay(5);
            }
        }

        await ledger.Settle(TimeSpan.FromSeconds(30));
        (stage.OnAnswer, stage.Ledger) = (null, null);
        if (ledger.Refusals() is var refusals and not "none")
        {
            throw new IOException("filling was refused: " + refusals);
        }
    }

    private static async Task<(double P50, int Messages)> TimeHistory(Pair pair, int? before)
    {
        const int Times = 50;
        var times = new List<double>(Times);
        JsonElement page = default;
        for (var i = 0; i < Times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            page = await pair.Buyer.Call("history", $$"""{"conversation":"{{pair.Conversation}}","limit":50{{(before is { } seq ? $",\"before\":{seq}" : "")}}}""");
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (Latencies.Of(times).P50, page.GetProperty("messages").GetArrayLength());
    }
}
