using System.Globalization;

namespace Chat.Simulation;

public sealed class ChatSimulationTests
{
    /// <summary>
    /// Seeds one run of the tests looks at; the environment variable CHAT_SIMULATION_SEEDS asks for more. A failing one is
    /// named by the test and replays exactly.
    /// </summary>
    private static readonly int Seeds =
        int.TryParse(Environment.GetEnvironmentVariable("CHAT_SIMULATION_SEEDS"), CultureInfo.InvariantCulture, out var seeds) ? seeds : 300;

    [Fact]
    public void No_seed_breaks_an_invariant_and_the_accidents_really_happen()
    {
        var acknowledged = 0;
        var fenced = 0;
        var unknown = 0;
        var deliveries = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                var outcome = ChatScenario.Run(seed);
                acknowledged += outcome.Acknowledged;
                fenced += outcome.Fenced;
                unknown += outcome.CommittedUnknown;
                deliveries += outcome.Deliveries;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} fails; ChatScenario.Run({seed}) replays it. {error.Message}", error);
            }
        }

        Assert.Equal(Seeds * 36, acknowledged);
        Assert.True(fenced > Seeds / 10, $"Only {fenced} appends met the fence.");
        Assert.True(unknown > Seeds, $"Only {unknown} commits lost their answer.");
        Assert.True(deliveries > Seeds * 10, $"Only {deliveries} pushes arrived.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_seed_replays_exactly(int seed) => Assert.Equal(ChatScenario.Run(seed).Result, ChatScenario.Run(seed).Result);
}
