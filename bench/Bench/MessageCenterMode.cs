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
        List<(string Case, string User, string Request)> lists =
        [
            .. users.Select(user => (user, user, $$"""{"limit":{{PageSize}}}""")),
            .. stores.Select(store => ("store " + store, OwnerOf(store), $$"""{"store":"{{store}}","limit":{{PageSize}}}""")),
        ];
        var clients = new Dictionary<(Target, string), HubClient>();
        foreach (var target in targets)
        {
            foreach (var list in lists)
            {
                var client = clients[(target, list.Case)] = await ((ChatTarget)target).ConnectUser(list.User);
                await Open(target, list.Case, client, list.Request, WarmUpOpens);
            }
        }

        await rounds.Run(
            lists, targets, async (list, target, _) => await Open(target, list.Case, clients[(target, list.Case)], list.Request, opens), results);
    }

    private static string OwnerOf(string store) =>
        Cast.Stores.FirstOrDefault(shop => shop.Store == store).Owner ?? throw new UsageException($"'{store}' is no store of the demo");

    private static async Task<Result> Open(Target target, string name, HubClient client, string request, int opens)
    {
        var times = new List<double>(opens);
        var (before, from) = (target.Meters.Cpu(), Stopwatch.GetTimestamp());
        var unread = 0L;
        for (var i = 0; i < opens; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var page = await client.Call("inbox", request);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (page.GetProperty("conversations").GetArrayLength() != PageSize)
            {
                throw new IOException($"{name} has no whole page of conversations");
            }

            unread = page.GetProperty("unread").GetProperty("conversations").GetInt64();
        }

        var (cpu, elapsed) = (target.Meters.Cpu() - before, Stopwatch.GetElapsedTime(from).TotalSeconds);
        var spread = Latencies.Of(times);
        return new Result("message center, first page", name, target.Name, new Dictionary<string, double>
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
