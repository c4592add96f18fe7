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
    private const int ShortLines = 100;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var lengths = options.Numbers("lengths", "10,100,1000,10000");
        var posts = options.Number("posts", 300, max: 10_000);
        var rounds = Rounds.From(options, 3).Count;
        var first = FirstBuyer + (options.Number("run", 1, max: 150) * BuyersPerRun);
        options.RefuseTheRest();
        var target = targets[0];

        var groups = new List<(int Length, ChatLine[] Lines)>();
        foreach (var length in lengths)
        {
            var lines = await target.Lines(length < 1_000 ? ShortLines : 1, first + groups.Sum(group => group.Lines.Length));
            groups.Add((length, Array.ConvertAll(lines, line => (ChatLine)line)));
        }

        await Post(target, (ChatLine)(await target.Lines(1, first + BuyersPerRun - 1))[0], 500);
        var rss = target.Meters.ServerRss();
        foreach (var (length, lines) in groups)
        {
            foreach (var line in lines)
            {
                await Fill(target, line, length);
            }

            Console.Error.WriteLine($"filled {lines.Length} x {length}; server {target.Meters.ServerRss() >> 20} MiB");
        }

        var grown = target.Meters.ServerRss() - rss;
        for (var round = 0; round < rounds; round++)
        {
            await Compare(target, groups, posts, grown, results);
        }
    }

    private static async Task Compare(Target target, List<(int Length, ChatLine[] Lines)> groups, int posts, long grown, Results results)
    {
        var times = groups.ConvertAll(_ => new List<double>(posts));
        for (var i = 0; i < posts; i++)
        {
            for (var g = 0; g < groups.Count; g++)
            {
                var lines = groups[g].Lines;
                times[g].Add(await PostOne(target, lines[i % lines.Length], fromBuyer: i % 2 == 0));
            }
        }

        var cpu = new List<double>();
        foreach (var (_, lines) in groups)
        {
            cpu.Add(await CpuPerPost(target, lines, posts));
        }

        for (var g = 0; g < groups.Count; g++)
        {
            var (length, lines) = groups[g];
            var spread = Latencies.Of(times[g]);
            var (open, messages) = await TimeHistory(lines[0], before: null);
            var (middle, _) = await TimeHistory(lines[0], before: Math.Max(2, length / 2));
            results.Add(new Result("long conversation", $"{length} messages", target.Name, new Dictionary<string, double>
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

    private static async Task<double> PostOne(Target target, ChatLine line, bool fromBuyer)
    {
        var ledger = new Ledger(1);
        var answered = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        target.Ledger = ledger;
        target.OnAnswer = (_, error) => answered.TrySetResult(error);
        var start = Stopwatch.GetTimestamp();
        line.Send(ledger, target.Text, fromBuyer, start);
        var error = await answered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        (target.OnAnswer, target.Ledger) = (null, null);
        return error == 0 ? took : throw new IOException($"a post was refused with {error}");
    }

    /// <summary>Server processor time of a post. The kernel counts it in steps of 10 ms: a few hundred posts are needed.</summary>
    private static async Task<double> CpuPerPost(Target target, ChatLine[] lines, int posts)
    {
        var before = target.Meters.Cpu();
        for (var i = 0; i < posts; i++)
        {
            await PostOne(target, lines[i % lines.Length], fromBuyer: i % 2 == 0);
        }

        return (target.Meters.Cpu() - before).Server * 1e6 / posts;
    }

    private static async Task Fill(Target target, ChatLine line, int length)
    {
        // One message began it.
        for (var done = 1; done < length; done += 1_000)
        {
            await Post(target, line, Math.Min(1_000, length - done));
        }
    }

    /// <summary>Posts from both sides, a few at a time, within what a person may send; every one must be stored.</summary>
    private static async Task Post(Target target, ChatLine line, int count)
    {
        var ledger = new Ledger(count);
        using var room = new SemaphoreSlim(FillInFlight);
        target.Ledger = ledger;
        target.OnAnswer = (_, _) => room.Release();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            await room.WaitAsync();
            line.Send(ledger, target.Text, fromBuyer: i % 2 == 0, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(start).TotalSeconds * FillPerSecond < i)
            {
                await Task.Delay(5);
            }
        }

        await ledger.Settle(TimeSpan.FromSeconds(30));
        (target.OnAnswer, target.Ledger) = (null, null);
        if (ledger.Refusals() is var refusals and not "none")
        {
            throw new IOException("filling was refused: " + refusals);
        }
    }

    private static async Task<(double P50, int Messages)> TimeHistory(ChatLine line, int? before)
    {
        const int Times = 50;
        var times = new List<double>(Times);
        JsonElement page = default;
        for (var i = 0; i < Times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            page = await line.Buyer.Call("history", $$"""{"conversation":"{{line.Conversation}}","limit":50{{(before is { } seq ? $",\"before\":{seq}" : "")}}}""");
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (Latencies.Of(times).P50, page.GetProperty("messages").GetArrayLength());
    }
}
