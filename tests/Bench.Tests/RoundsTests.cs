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
        Assert.Null(await s_rounds.Quiet(() =>
        {
            tries++;
            return Task.FromResult<Result?>(null);
        }));
        Assert.Equal(1, tries);
    }

    private static async Task<(Result Result, int Tries)> Measure(params double[] others)
    {
        var tries = 0;
        var result = await s_rounds.Quiet(() => Task.FromResult<Result?>(
            new Result("mode", "case", "chat", new Dictionary<string, double> { [Rounds.Others] = others[tries++] })));
        return (result!, tries);
    }
}
