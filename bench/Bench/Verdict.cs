using System.Globalization;
using System.Text;

namespace Chat.Bench;

/// <summary>
/// What the project asks of its speed, row by row, and whether a run kept it. A figure is a ratio of medians of interleaved
/// rounds; behind it the least and most of the rounds' own ratios, in the order they were taken.
/// </summary>
internal static class Verdict
{
    public const string Begin = "<!-- verdict -->";
    public const string End = "<!-- end of verdict -->";

    /// <summary>Users of idle and watchers of presence that are asked for.</summary>
    private const int Crowd = 10_000;

    /// <summary>A store may flip twice before its watchers are told; more than that would be another measurement.</summary>
    private const double ToldLeast = 0.9;
    private const string PerSecond = "durable msg/s";
    private const string ToAck = "ack p50 ms";
    private const string Presence = "server cpu ms/change";

    private static readonly string[] s_cost = ["server µs/post", "postgres µs/post"];

    private static readonly Asked[] s_asked =
    [
        .. Throughput("signalr", "(a), one INSERT each", 2.5),
        .. Throughput("signalr-group", "(b), group commit", 0.8, "; aim 1.0"),
        Saturation(256, "socketio-group", "(c) batched", 1),
        Saturation(256, "ejabberd", "(d)", 8),
        .. Cluster("chat-2-nodes", "two nodes (silo and front in one)", 0.8, ""),
        .. Cluster("chat-2-silos-2-fronts", "two silos and two fronts apart", 0.5, "; aim 0.7"),
        new("send to ack at 2,000 msg/s, p50, of (b)", AtMost(1.5), all => Ratio.Of(Ours(all, "latency", "2000 msg/s", ToAck), Peer(all, "latency", "2000 msg/s", "signalr-group", ToAck))),
        new("send to ack at 2,000 msg/s, p99, of (b)", AtMost(1.3), all => Ratio.Of(Ours(all, "latency", "2000 msg/s", "ack p99 ms"), Peer(all, "latency", "2000 msg/s", "signalr-group", "ack p99 ms"))),
        new("memory of an idle signed-in user, of 10,000, of a bare SignalR connection", AtMost(1.1, "; aim below 1"), all => OfSignalR(all, "idle", "users never seen before", "RSS KiB/conn, rested")),
        new("connect and sign-in rate, people never seen before, of bare SignalR", AtLeast(0.8), all => OfSignalR(all, "idle", "users never seen before", "connect and hello /s")),
        new("connect and sign-in rate, people known before, of bare SignalR", AtLeast(0.8), all => OfSignalR(all, "idle", "users known before", "connect and hello /s")),
        new("presence to 10,000 watchers, the last one told, of a bare SignalR group send", AtMost(1.2), all => OfSignalR(all, "presence, alone", "watchers", "last told ms")),
        new("presence under churn, server CPU a change uncoalesced, of ours", AtLeast(3), Churn),
        .. Flat("long conversation", "10,000 messages in a conversation, of 10", "10 messages", "10000 messages"),
        new("a message among 100,000 conversations, of one among 100: CPU of server and database", Flat(), all => Growth(all, ["server µs/msg", "postgres µs/msg"])),
        new("a message among 100,000 conversations, of one among 100: send to ack, p50", Flat(), all => Growth(all, [ToAck])),
        new("a message to a team of 200, of one to a single agent: send to ack, p50", Flat(), all => Ratio.Of(Ours(all, "team of a store", "200 agents", ToAck), Ours(all, "team of a store", "1 agent", ToAck))),
        new("Message Center of 5,000 conversations, first page on PostgreSQL, p99", AtMost(50, " ms"), all => Ratio.Worst(Opened(all, "chat-filled"))),
        new("Message Center of 5,000 conversations, first page on SQLite, p99", AtMost(50, " ms"), all => Ratio.Worst(Opened(all, "chat-sqlite"))),
        .. Embedded(256),
        .. Embedded(1000),
    ];

    /// <summary>A markdown table of all rows, also of those that this run did not measure.</summary>
    public static string Table(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder(Begin + "\n");
        text.Append("| what | asked | measured | verdict |\n|---|---|---:|---|\n");
        foreach (var asked in s_asked)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {asked.What} | {asked.Bound.Text} | {Describe(asked, asked.Measure(results))} |\n");
        }

        return text.Append(End + "\n").ToString();
    }

    private static string Describe(Asked asked, Ratio? measured)
    {
        if (measured is null)
        {
            return "– | not measured";
        }

        var figure = $"{Short(measured.Value)} ({Short(measured.Least)} to {Short(measured.Most)}, {measured.Rounds} round{(measured.Rounds == 1 ? "" : "s")})";
        var verdict = measured.Note.Length > 0 ? "not measured: " + measured.Note : asked.Bound.Holds(measured.Value) ? "kept" : "**missed**";
        return $"{figure} | {verdict}{(measured.Disturbed ? ", on a disturbed machine" : "")}";
    }

    private static string Short(double value) => value.ToString(value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static IEnumerable<Asked> Throughput(string peer, string name, double least, string aim = "") =>
        [Saturation(256, peer, name, least, aim), .. peer == "signalr-group" ? new[] { Saturation(1000, peer, name, least, aim) } : []];

    private static Asked Saturation(int inFlight, string peer, string name, double least, string aim = "") => new(
        $"durable messages/s, {inFlight:#,0} in flight, of {name}",
        AtLeast(least, aim),
        all => Ratio.Of(Ours(all, "saturation", $"{inFlight} in flight", PerSecond), Peer(all, "saturation", $"{inFlight} in flight", peer, PerSecond)));

    private static IEnumerable<Asked> Cluster(string target, string name, double least, string aim) => new[] { 256, 1000 }.Select(inFlight => new Asked(
        $"{name}, {inFlight:#,0} in flight, of our one process",
        AtLeast(least, aim),
        all => Ratio.Of(Peer(all, "cluster", $"{inFlight} in flight", target, PerSecond), Ours(all, "cluster", $"{inFlight} in flight", PerSecond))));

    private static IEnumerable<Asked> Embedded(int inFlight) =>
    [
        new(
            $"embedded host, durable messages/s, {inFlight:#,0} in flight, of Orleans in one process",
            AtLeast(1),
            all => Ratio.Of(Peer(all, "saturation", $"{inFlight} in flight", "chat-embedded", PerSecond), Ours(all, "saturation", $"{inFlight} in flight", PerSecond))),
    ];

    private static IEnumerable<Asked> Flat(string mode, string what, string few, string many) =>
    [
        new($"a message at {what}: CPU of server and database", Flat(), all => Ratio.Of(Ours(all, mode, many, s_cost), Ours(all, mode, few, s_cost))),
        new($"a message at {what}: send to ack, p50", Flat(), all => Ratio.Of(Ours(all, mode, many, ToAck), Ours(all, mode, few, ToAck))),
    ];

    private static Series Ours(IReadOnlyList<Result> all, string mode, string name, params string[] columns) => Peer(all, mode, name, "chat", columns);

    private static Series Peer(IReadOnlyList<Result> all, string mode, string name, string target, params string[] columns) =>
        Series.Of(all.Where(result => result.Mode == mode && result.Case == name && result.Target == target), columns);

    /// <summary>Of the largest crowd that was measured; it counts only where that was the one asked for.</summary>
    private static Ratio? OfSignalR(IReadOnlyList<Result> all, string mode, string who, string column)
    {
        var size = all
            .Where(result => result.Mode == mode && result.Case.EndsWith(" " + who, StringComparison.Ordinal))
            .Select(result => int.Parse(result.Case.Split(' ')[0], CultureInfo.InvariantCulture))
            .DefaultIfEmpty()
            .Max();
        var ratio = Ratio.Of(Ours(all, mode, $"{size} {who}", column), Peer(all, mode, $"{size} {who}", "signalr", column));
        return size >= Crowd ? ratio : ratio?.With($"only with {size:#,0}");
    }

    private static Ratio? Churn(IReadOnlyList<Result> all)
    {
        var name = all.LastOrDefault(result => result.Mode == "presence, flapping")?.Case ?? "";
        var ratio = Ratio.Of(Peer(all, "presence, flapping", name, "chat-uncoalesced", Presence), Ours(all, "presence, flapping", name, Presence));
        string[] ours = ["chat", "chat-uncoalesced"];
        if (ours.Any(target => Results.Median(Peer(all, "presence, flapping", name, target, PresenceMode.Statuses).Values) < ToldLeast))
        {
            return ratio?.With("watchers were not told of all changes");
        }

        return name.Contains("1000 watchers", StringComparison.Ordinal) ? ratio : ratio?.With("a smaller crowd");
    }

    private static Ratio? Growth(IReadOnlyList<Result> all, string[] columns)
    {
        var name = all.LastOrDefault(result => result.Mode == "database size")?.Case ?? "";
        var ratio = Ratio.Of(Peer(all, "database size", name, "chat-filled", columns), Ours(all, "database size", name, columns));
        return name.Contains("100000", StringComparison.Ordinal) ? ratio : ratio?.With("a smaller database");
    }

    private static IEnumerable<Series> Opened(IReadOnlyList<Result> all, string target) => all
        .Where(result => result.Mode == "message center, first page" && result.Target == target && result.Case != "few-shops")
        .GroupBy(result => result.Case)
        .Select(rounds => Series.Of(rounds, "open p99 ms"));

    private static Bound AtLeast(double figure, string aim = "") => new($"at least {figure:0.0#}{aim}", value => value >= figure);

    private static Bound AtMost(double figure, string unit = "") => new($"at most {figure:0.0#}{unit}", value => value <= figure);

    private static Bound Flat() => new("within 10 %", value => value <= 1.1);

    private sealed record Bound(string Text, Func<double, bool> Holds);

    private sealed record Asked(string What, Bound Bound, Func<IReadOnlyList<Result>, Ratio?> Measure);
}

/// <summary>One figure, round by round; several columns are added up.</summary>
internal sealed record Series(double[] Values, bool Disturbed)
{
    public static Series Of(IEnumerable<Result> rounds, params string[] columns)
    {
        Result[] whole = [.. rounds.Where(round => columns.All(round.Figures.ContainsKey))];
        return new Series([.. whole.Select(round => columns.Sum(column => round.Figures[column]))], whole.Any(round => round.Disturbed));
    }
}

/// <summary>One measured figure of the verdict.</summary>
/// <param name="Value">Of the medians.</param>
/// <param name="Least">The least of the single rounds.</param>
/// <param name="Most">The most.</param>
/// <param name="Rounds">How many rounds there were.</param>
/// <param name="Disturbed">Other programs took part in at least one round.</param>
/// <param name="Note">Why it is no answer; empty when it is one.</param>
internal sealed record Ratio(double Value, double Least, double Most, int Rounds, bool Disturbed, string Note = "")
{
    /// <summary>One figure as a multiple of another; null where either is missing.</summary>
    public static Ratio? Of(Series one, Series other)
    {
        if (one.Values is [] || other.Values is [])
        {
            return null;
        }

        double[] pairs = [.. one.Values.Zip(other.Values, (value, basis) => value / basis)];
        return new Ratio(Results.Median(one.Values) / Results.Median(other.Values), pairs.Min(), pairs.Max(), pairs.Length, one.Disturbed || other.Disturbed);
    }

    /// <summary>The largest median of several figures; null when there is none.</summary>
    public static Ratio? Worst(IEnumerable<Series> all) => all
        .Where(series => series.Values is not [])
        .Select(series => new Ratio(Results.Median(series.Values), series.Values.Min(), series.Values.Max(), series.Values.Length, series.Disturbed))
        .MaxBy(ratio => ratio.Value);

    public Ratio With(string note) => this with { Note = note };
}
