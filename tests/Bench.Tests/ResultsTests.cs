namespace Chat.Bench.Tests;

public sealed class ResultsTests
{
    [Theory]
    [InlineData(0, new double[0])]
    [InlineData(7, new double[] { 7 })]
    [InlineData(2, new double[] { 9, 1, 2 })]
    [InlineData(2.5, new double[] { 9, 1, 2, 3 })]
    public void The_median_is_the_middle_or_the_mean_of_the_middle_two(double median, double[] values) =>
        Assert.Equal(median, Results.Median(values));

    [Fact]
    public void A_table_shows_median_and_range_and_the_multiple_of_the_first_server()
    {
        var table = Results.Tables([Round("chat", 100), Round("peer", 40), Round("chat", 300), Round("peer", 60), Round("chat", 200) with { Discarded = 2 }]);
        Assert.Contains("| talk | server | msg/s | others cpu % | rounds | discarded |", table);
        Assert.Contains("| 64 | chat | 200 (100 to 300) | 1 | 3 | 2 |", table);

        // What tells of the machine is not compared.
        Assert.Contains("| 64 | peer | 50.0 (40.0 to 60.0) ×0.25 | 1 | 2 | 0 |", table);
    }

    [Fact]
    public void A_round_that_was_kept_though_disturbed_is_marked() =>
        Assert.Contains("| 1 | 3, 1 kept though disturbed |", Results.Tables([Round("chat", 100) with { Discarded = 3, Disturbed = true }]));

    [Fact]
    public void What_could_not_be_computed_is_left_out_and_shown_as_missing()
    {
        var file = Path.GetTempFileName();
        try
        {
            var results = new Results(file);
            results.Add(Round("chat", double.PositiveInfinity));
            results.Add(Round("peer", 5));
            Assert.Contains("| 64 | chat | 1 | – | 1 | 0 |", Results.Tables(Results.Read(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Percentiles_are_values_that_occurred()
    {
        var spread = Latencies.Of([.. Enumerable.Range(1, 100).Select(i => (double)i)]);
        Assert.Equal((50, 95, 99, 100), (spread.P50, spread.P95, spread.P99, spread.Max));
    }

    private static Result Round(string target, double perSecond) =>
        new("talk", "64", target, new Dictionary<string, double> { ["msg/s"] = perSecond, [Rounds.Others] = 1 });
}
