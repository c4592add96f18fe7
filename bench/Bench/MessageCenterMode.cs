using System.Diagnostics;

namespace Chat.Bench;

/// <summary>Opening the Message Center: the first page of the list of somebody who has very many conversations. Only ours has one.</summary>
internal static class MessageCenterMode
{
    private const int PageSize = 30;
    private const int WarmUpOpens = 50;

    public static async Task Run(Options options, IReadOnlyList<Target> targets, Results results)
    {
        var opens = options.Number("opens", 300, max: 100_000);
        var users = options.Text("users").Split(',');
        var stores = options.Text("stores", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var rounds = Rounds.From(options, 5);
        options.RefuseTheRest();
        var target = (ChatTarget)targets[0];
        var lists = new List<(string Case, HubClient Client, string Request)>();
        foreach (var user in users)
        {
            lists.Add((user, await target.ConnectUser(user), $$"""{"limit":{{PageSize}}}"""));
        }

        foreach (var store in stores)
        {
            var owner = Cast.Stores.FirstOrDefault(shop => shop.Store == store).Owner ?? throw new UsageException($"'{store}' is no store of the demo");
            lists.Add(("store " + store, await target.ConnectUser(owner), $$"""{"store":"{{store}}","limit":{{PageSize}}}"""));
        }

        foreach (var list in lists)
        {
            await Open(target, list, WarmUpOpens);
        }

        await rounds.Run(lists, [target], async (list, _, _) => await Open(target, list, opens), results);
    }

    private static async Task<Result> Open(ChatTarget target, (string Case, HubClient Client, string Request) list, int opens)
    {
        var times = new List<double>(opens);
        var (before, from) = (target.Meters.Cpu(), Stopwatch.GetTimestamp());
        var unread = 0L;
        for (var i = 0; i < opens; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var page = await list.Client.Call("inbox", list.Request);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (page.GetProperty("conversations").GetArrayLength() != PageSize)
            {
                throw new IOException($"{list.Case} has no whole page of conversations");
            }

            unread = page.GetProperty("unread").GetProperty("conversations").GetInt64();
        }

        var (cpu, elapsed) = (target.Meters.Cpu() - before, Stopwatch.GetElapsedTime(from).TotalSeconds);
        var spread = Latencies.Of(times);
        return new Result("message center, first page", list.Case, target.Name, new Dictionary<string, double>
        {
            ["open p50 ms"] = spread.P50,
            ["open p99 ms"] = spread.P99,
            ["open max ms"] = spread.Max,
            ["server cpu µs/open"] = cpu.Server * 1e6 / opens,
            ["postgres cpu µs/open"] = cpu.Postgres * 1e6 / opens,
            ["unread conversations told"] = unread,
            [Rounds.Others] = 100 * cpu.Others / elapsed,
        });
    }
}
