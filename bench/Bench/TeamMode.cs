namespace Chat.Bench;

/// <summary>
/// Whether a message is acknowledged later to its sender when more people are told of it. The groups of ours are the teams
/// behind stores: a store's messages go to each of its agents who is connected.
/// </summary>
internal static class TeamMode
{
    /// <summary>Buyers of this mode, apart from those of the others.</summary>
    private const int FirstBuyer = 200_000;
    private const int Buyers = 20;
    private const int WarmUpPosts = 200;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var posts = options.Number("posts", 400, max: 10_000);
        var rounds = Rounds.From(options, 5);
        options.RefuseTheRest();
        var target = (ChatTarget)targets[0];
        await target.OpenStores(1);
        await target.ConnectUsers([.. Enumerable.Range(0, Cast.TeamMax).Select(Cast.TeamAgent)]);
        PostingGroup[] groups =
        [
            new("1 agent", await target.LinesTo(Cast.BenchStore(0), FirstBuyer, Buyers), Readers: 1),
            new($"{Cast.TeamMax} agents", await target.LinesTo(Cast.Team, FirstBuyer + Buyers, Buyers), Readers: Cast.TeamMax),
        ];
        await Posting.Compare(target, groups, WarmUpPosts, paced: true);
        for (var round = 0; round < rounds.Count; round++)
        {
            foreach (var result in await rounds.Quiet(async () => await Measure(target, groups, posts)))
            {
                results.Add(result);
            }
        }
    }

    private static async Task<IReadOnlyList<Result>> Measure(Target target, PostingGroup[] groups, int posts)
    {
        var (costs, others) = await Posting.Compare(target, groups, posts, paced: true);
        return [.. groups.Zip(costs, (group, cost) =>
        {
            var (ack, last) = (Latencies.Of(cost.ToAck), Latencies.Of(cost.ToLast));
            return new Result("team of a store", group.Case, target.Name, new Dictionary<string, double>
            {
                ["ack p50 ms"] = ack.P50,
                ["ack p99 ms"] = ack.P99,
                ["last agent told p50 ms"] = last.P50,
                ["last agent told p99 ms"] = last.P99,
                ["server µs/post"] = cost.ServerMicroseconds,
                ["postgres µs/post"] = cost.PostgresMicroseconds,
                [Rounds.Others] = others,
            });
        })];
    }
}
