using System.Diagnostics;
using System.Text.Json;

namespace Chat.Bench;

/// <summary>
/// Whether a conversation gets dearer as it grows: posts to conversations of 10 to 10,000 messages, and what opening each of
/// them costs.
/// </summary>
internal static class LongConversationMode
{
    private const int FillInFlight = 128;
    private const int FillPerSecond = 10_000;

    /// <summary>Buyers of this mode, apart from those of the others; each run needs new ones, or lengths would not be what they say.</summary>
    private const int FirstBuyer = 50_000;
    private const int BuyersPerRun = 300;

    /// <summary>A short conversation would not stay short under all the posts: they are spread over this many.</summary>
    private const int ShortLines = 100;

    /// <summary>Several, so that neither database nor processor finds the last one still warm.</summary>
    private const int LongLines = 20;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var lengths = options.Numbers("lengths", "10,100,1000,10000");
        var posts = options.Number("posts", 300, max: 10_000);
        var rounds = Rounds.From(options, 5);
        var first = FirstBuyer + (options.Number("run", 1, max: 150) * BuyersPerRun);
        options.RefuseTheRest();
        var target = targets[0];

        var groups = new List<PostingGroup>();
        foreach (var length in lengths)
        {
            var lines = await target.Lines(length < 1_000 ? ShortLines : LongLines, first + groups.Sum(group => group.Lines.Length));
            groups.Add(new PostingGroup($"{length} messages", Array.ConvertAll(lines, line => (ChatLine)line), Readers: 1));
        }

        await Post(target, await target.Lines(1, first + BuyersPerRun - 1), 500);
        var rss = target.Meters.ServerRss();
        for (var g = 0; g < lengths.Length; g++)
        {
            // One message began each.
            await Post(target, groups[g].Lines, lengths[g] - 1);
            Console.Error.WriteLine($"filled {groups[g].Lines.Length} x {lengths[g]}; server {target.Meters.ServerRss() >> 20} MiB");
        }

        var grown = target.Meters.ServerRss() - rss;
        for (var round = 0; round < rounds.Count; round++)
        {
            foreach (var result in await rounds.Quiet(async () => await Measure(target, groups, lengths, posts, grown)))
            {
                results.Add(result);
            }
        }
    }

    private static async Task<IReadOnlyList<Result>> Measure(Target target, List<PostingGroup> groups, int[] lengths, int posts, long grown)
    {
        var (costs, others) = await Posting.Compare(target, groups, posts);
        var measured = new List<Result>();
        for (var g = 0; g < groups.Count; g++)
        {
            var ack = Latencies.Of(costs[g].ToAck);
            var line = groups[g].Lines[0];
            var (open, messages) = await TimeHistory(line, before: null);
            var (middle, _) = await TimeHistory(line, before: Math.Max(2, lengths[g] / 2));
            measured.Add(new Result("long conversation", groups[g].Case, target.Name, new Dictionary<string, double>
            {
                ["ack p50 ms"] = ack.P50,
                ["ack p95 ms"] = ack.P95,
                ["server µs/post"] = costs[g].ServerMicroseconds,
                ["postgres µs/post"] = costs[g].PostgresMicroseconds,
                ["open p50 ms"] = open,
                ["messages read by opening"] = messages,
                ["page from the middle p50 ms"] = middle,
                ["server RSS grown by filling MiB"] = grown / 1024.0 / 1024,
                [Rounds.Others] = others,
            }));
        }

        return measured;
    }

    /// <summary>Posts so many to each line from both sides, within what a person may send; every one must be stored.</summary>
    private static async Task Post(Target target, Line[] lines, int toEach)
    {
        var ledger = new Ledger(lines.Length * toEach);
        using var room = new SemaphoreSlim(FillInFlight);
        target.Ledger = ledger;
        target.OnAnswer = (_, _) => room.Release();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < ledger.Capacity; i++)
        {
            await room.WaitAsync();
            lines[i % lines.Length].Send(ledger, target.Text, fromBuyer: i / lines.Length % 2 == 0, Stopwatch.GetTimestamp());
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
