using System.Diagnostics;

namespace Chat.Bench;

/// <summary>Some conversations between which the cost of a message is compared.</summary>
/// <param name="Case">What the table calls them.</param>
/// <param name="Lines">The conversations, posted to in turn.</param>
/// <param name="Readers">Connections that are told of each message.</param>
internal sealed record PostingGroup(string Case, ChatLine[] Lines, int Readers);

/// <summary>What posts to one group came to.</summary>
internal sealed class PostingCost
{
    /// <summary>Milliseconds from a send to its acknowledgement.</summary>
    public List<double> ToAck { get; } = [];

    /// <summary>Milliseconds from a send until the last of its readers was told.</summary>
    public List<double> ToLast { get; } = [];

    public CpuReading Cpu { get; set; }

    public double ServerMicroseconds => Cpu.Server * 1e6 / ToAck.Count;

    public double PostgresMicroseconds => Cpu.Postgres * 1e6 / ToAck.Count;
}

/// <summary>
/// Posts one at a time to several groups of conversations, a few to each in turn, so that noise hits all alike. The next one
/// leaves when all readers have the last: what is compared is the cost of a message, not of a queue.
/// </summary>
internal static class Posting
{
    private const int Block = 20;

    /// <summary>
    /// A post leaves so long after the one before, where <c>paced</c>: a server that was busy a moment ago has its caches warm and its
    /// threads awake, and would answer sooner whoever has fewer readers only because the next post comes sooner.
    /// </summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The cost of <paramref name="posts"/> to each group; and what other programs took meanwhile, in percent of a core.</summary>
    public static async Task<(PostingCost[] Costs, double Others)> Compare(Target target, IReadOnlyList<PostingGroup> groups, int posts, bool paced = false)
    {
        var costs = groups.Select(_ => new PostingCost()).ToArray();
        var (begin, from) = (target.Meters.Cpu(), Stopwatch.GetTimestamp());
        for (var done = 0; done < posts; done += Block)
        {
            for (var g = 0; g < costs.Length; g++)
            {
                var before = target.Meters.Cpu();
                for (var i = done; i < Math.Min(posts, done + Block); i++)
                {
                    var due = Stopwatch.GetTimestamp() + (long)(Pace.TotalSeconds * Stopwatch.Frequency);
                    await PostOne(target, groups[g], i, costs[g]);
                    if (paced && Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left)
                    {
                        await Task.Delay(left);
                    }
                }

                costs[g].Cpu += target.Meters.Cpu() - before;
            }
        }

        var cpu = target.Meters.Cpu() - begin;
        return (costs, 100 * cpu.Others / Stopwatch.GetElapsedTime(from).TotalSeconds);
    }

    private static async Task PostOne(Target target, PostingGroup group, int number, PostingCost cost)
    {
        var line = group.Lines[number % group.Lines.Length];
        var ledger = new Ledger(1);
        var answered = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = group.Readers;
        long ackedAt = 0;
        long lastAt = 0;
        target.Ledger = ledger;
        target.OnAnswer = (_, error) =>
        {
            ackedAt = Stopwatch.GetTimestamp();
            answered.TrySetResult(error);
        };
        target.OnArrival = () =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                lastAt = Stopwatch.GetTimestamp();
                told.TrySetResult();
            }
        };
        var start = Stopwatch.GetTimestamp();
        line.Send(ledger, target.Text, fromBuyer: number / group.Lines.Length % 2 == 0, start);
        var error = await answered.Task.WaitAsync(Patience);
        await told.Task.WaitAsync(Patience);
        (target.OnAnswer, target.OnArrival, target.Ledger) = (null, null, null);
        if (error != 0)
        {
            throw new IOException($"a post was refused with {error}");
        }

        cost.ToAck.Add(Stopwatch.GetElapsedTime(start, ackedAt).TotalMilliseconds);
        cost.ToLast.Add(Stopwatch.GetElapsedTime(start, lastAt).TotalMilliseconds);
    }
}
