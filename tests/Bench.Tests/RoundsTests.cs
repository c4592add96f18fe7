namespace Chat.Bench.Tests;

public sealed class RoundsTests
{
    private static readonly Rounds s_rounds = new(Count: 1, OthersMax: 15, RepeatsMax: 3);

    [Fact]
    public async Task A_quiet_round_is_taken_at_once()
    {
        var (result, tries) = await Measure(15);
        Assert.Equal((15, 0, false, 1), (result.Figures[Rounds.Others], result.Discarded, result.Disturbed, tries));
    }

    [Fact]
    public async Task A_disturbed_round_is_taken_again_and_counted()
    {
        var (result, tries) = await Measure(80, 16, 3, 90);
        Assert.Equal((3, 2, false, 3), (result.Figures[Rounds.Others], result.Discarded, result.Disturbed, tries));
    }

    [Fact]
    public async Task When_nothing_is_quiet_the_least_disturbed_round_stands_and_says_so()
    {
        var (result, tries) = await Measure(80, 40, 70, 60, 1);
        Assert.Equal((40, 3, true, 4), (result.Figures[Rounds.Others], result.Discarded, result.Disturbed, tries));
    }

    [Fact]
    public async Task What_cannot_be_measured_is_not_tried_again()
    {
        var tries = 0;
        Assert.Empty(await s_rounds.Quiet(() =>
        {
            tries++;
            return Task.FromResult<IReadOnlyList<Result>>([]);
        }));
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task What_is_measured_together_is_taken_again_together()
    {
        var others = new Queue<double>([3, 40, 5, 6]);
        var results = await s_rounds.Quiet(() => Task.FromResult<IReadOnlyList<Result>>([Round(others.Dequeue()), Round(others.Dequeue())]));
        Assert.Equal([5, 6], results.Select(result => result.Figures[Rounds.Others]));
        Assert.All(results, result => Assert.Equal(1, result.Discarded));
    }

    private static Result Round(double others) => new("mode", "case", "chat", new Dictionary<string, double> { [Rounds.Others] = others });

    private static async Task<(Result Result, int Tries)> Measure(params double[] others)
    {
        var tries = 0;
        var results = await s_rounds.Quiet(() => Task.FromResult<IReadOnlyList<Result>>([Round(others[tries++])]));
        return (Assert.Single(results), tries);
    }
}
