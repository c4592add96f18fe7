namespace Chat.Simulation;

public sealed class OrderSimulationTests
{
    /// <summary>Seeds one run of the tests looks at. A failing one is named by the test and replays exactly.</summary>
    private const int Seeds = 100;

    [Fact]
    public void No_seed_applies_a_deadline_early_or_twice_and_every_transition_is_told_once()
    {
        var byDeadline = 0;
        var byPeople = 0;
        var lost = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                var outcome = OrderScenario.Run(seed);
                byDeadline += outcome.ByDeadline;
                byPeople += outcome.ByPeople;
                lost += outcome.Lost;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} fails; OrderScenario.Run({seed}) replays it. {error.Message}", error);
            }
        }

        Assert.True(byDeadline > Seeds * 10, $"Only {byDeadline} deadlines were applied.");
        Assert.True(byPeople > Seeds * 10, $"Only {byPeople} commands were accepted.");
        Assert.True(lost > Seeds, $"Only {lost} commits lost their answer.");
    }

    [Theory]
    [InlineData(3)]
    public void A_seed_replays_exactly(int seed) => Assert.Equal(OrderScenario.Run(seed), OrderScenario.Run(seed));
}
