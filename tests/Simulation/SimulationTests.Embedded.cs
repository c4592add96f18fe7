using System.Globalization;

namespace Chat.Simulation;

public sealed class SimulationTests
{
    /// <summary>
    /// Seeds of each scenario that one run of the tests looks at; the environment variable CHAT_SIMULATION_SEEDS asks for
    /// another number, ./chat sim for many.
    /// </summary>
    private static readonly int Seeds =
        int.TryParse(Environment.GetEnvironmentVariable("CHAT_SIMULATION_SEEDS"), CultureInfo.InvariantCulture, out var seeds) ? seeds : 2_000;

    public static TheoryData<string> Scenarios => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void No_seed_breaks_an_invariant_and_the_accidents_really_happen(string name)
    {
        var run = SeedRun.Of(Of(name), 1, Seeds);
        Assert.True(
            run.Failures.Count == 0,
            string.Join(Environment.NewLine, run.Failures.Take(3).Select(failure =>
                $"Seed {failure.Seed} fails; ./chat sim --scenario {name} --from {failure.Seed} --seeds 1 replays it. {failure.Error}")));
        Assert.Empty(run.Missing);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_seed_replays_exactly(string name) => Assert.Equal(Of(name).Run(7), Of(name).Run(7));

    private static Scenario Of(string name) => Scenario.All.Single(scenario => scenario.Name == name);
}
