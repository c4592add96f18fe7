namespace Chat.Bench.Tests;

public sealed class VerdictTests
{
    [Fact]
    public void A_kept_figure_is_the_ratio_of_medians_with_the_rounds_own_ratios() => Assert.Contains(
        "| durable messages/s, 256 in flight, of (a), one INSERT each | at least 2.5 | 3.00 (2.00 to 4.00, 3 rounds) | kept |",
        Table(Saturation("chat", 300, 200, 400), Saturation("signalr", 100, 100, 100)));

    [Fact]
    public void A_missed_figure_says_so_and_names_what_was_asked() => Assert.Contains(
        "| durable messages/s, 256 in flight, of (b), group commit | at least 0.8; aim 1.0 | 0.50 (0.50 to 0.50, 1 round) | **missed** |",
        Table(Saturation("chat", 50), Saturation("signalr-group", 100)));

    [Fact]
    public void What_a_run_did_not_measure_stands_in_the_table_too()
    {
        var table = Table(Saturation("chat", 50));
        Assert.Contains("| durable messages/s, 256 in flight, of (d) | at least 8.0 | – | not measured |", table);
        Assert.Contains("| embedded host, durable messages/s, 256 in flight, of Orleans in one process | at least 1.0 | – | not measured |", table);
    }

    [Fact]
    public void A_smaller_crowd_than_asked_is_no_answer()
    {
        var table = Table(Idle("chat", 1_000, 30), Idle("signalr", 1_000, 30));
        Assert.Contains("| at most 1.1; aim below 1 | 1.00 (1.00 to 1.00, 1 round) | not measured: only with 1,000 |", table);
    }

    [Fact]
    public void Where_more_is_worse_the_ratio_may_not_be_above()
    {
        var table = Table(Idle("chat", 10_000, 40), Idle("signalr", 10_000, 30));
        Assert.Contains("| at most 1.1; aim below 1 | 1.33 (1.33 to 1.33, 1 round) | **missed** |", table);
    }

    [Fact]
    public void A_disturbed_round_marks_what_rests_on_it() => Assert.Contains(
        "| kept, on a disturbed machine |",
        Table(Saturation("chat", 300).Select(result => result with { Disturbed = true }), Saturation("signalr", 100)));

    [Fact]
    public void The_cost_of_a_message_adds_server_and_database() => Assert.Contains(
        "10,000 messages in a conversation, of 10: CPU of server and database | within 10 % | 1.10 (1.10 to 1.10, 1 round) | kept |",
        Table([Long("10 messages", 60, 40), Long("10000 messages", 70, 40)]));

    [Fact]
    public void The_slowest_of_the_long_lists_decides()
    {
        var table = Table([Opened("many-shops", 12), Opened("store casa-lumbre", 61), Opened("few-shops", 99)]);
        Assert.Contains("first page on PostgreSQL, p99 | at most 50.0 ms | 61.0 (61.0 to 61.0, 1 round) | **missed** |", table);
    }

    private static string Table(params IEnumerable<Result>[] rounds) => Verdict.Table([.. rounds.SelectMany(one => one)]);

    private static IEnumerable<Result> Saturation(string target, params double[] perSecond) =>
        perSecond.Select(value => Round("saturation", "256 in flight", target, ("durable msg/s", value)));

    private static IEnumerable<Result> Idle(string target, int users, double memory) =>
        [Round("idle", $"{users} users never seen before", target, ("RSS KiB/conn, rested", memory))];

    private static Result Long(string name, double server, double postgres) =>
        Round("long conversation", name, "chat", ("server µs/post", server), ("postgres µs/post", postgres));

    private static Result Opened(string name, double p99) => Round("message center, first page", name, "chat-filled", ("open p99 ms", p99));

    private static Result Round(string mode, string name, string target, params (string Name, double Value)[] figures) =>
        new(mode, name, target, figures.ToDictionary(figure => figure.Name, figure => figure.Value));
}
