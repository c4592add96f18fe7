using System.Diagnostics;
using System.Globalization;

namespace Chat.Simulation;

/// <summary>Plays seeds from the command line: <c>./chat sim</c>.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        if (!TryRead(arguments, out var chosen, out var first, out var seeds))
        {
            return 2;
        }

        var clean = true;
        foreach (var scenario in chosen)
        {
            var watch = Stopwatch.StartNew();
            var told = TimeSpan.Zero;
            var run = SeedRun.Of(scenario, first, seeds, done =>
            {
                if (watch.Elapsed - told > TimeSpan.FromSeconds(15))
                {
                    told = watch.Elapsed;
                    Console.Error.WriteLine(Text($"{scenario.Name}: {done:N0} of {seeds:N0} seeds, {done / watch.Elapsed.TotalSeconds:N0} a second"));
                }
            });
            clean &= Tell(run, first, watch.Elapsed);
        }

        Console.WriteLine(clean ? "no violation" : "VIOLATIONS FOUND");
        return clean ? 0 : 1;
    }

    private static bool Tell(SeedRun run, int first, TimeSpan took)
    {
        Console.WriteLine(Text($"{run.Scenario.Name}: {run.Scenario.About}"));
        Console.WriteLine(Text($"  {run.Seeds:N0} seeds from {first:N0} in {took.TotalSeconds:N1} s ({run.Seeds / took.TotalSeconds:N0} a second), {run.Steps:N0} steps, {run.Failures.Count:N0} with a violation"));
        foreach (var count in run.Counts)
        {
            Console.WriteLine(Text($"  {count.Times,14:N0}  {count.What}"));
        }

        foreach (var missing in run.Missing)
        {
            Console.WriteLine(Text($"  TOO FEW to prove anything: {missing.What}, {missing.Times:N0} where {missing.PerSeedMin * run.Seeds:N0} are expected"));
        }

        foreach (var (seed, error) in run.Failures.Take(10))
        {
            Console.WriteLine(Text($"  seed {seed}: {error.Message.ReplaceLineEndings(" ")}"));
            Console.WriteLine(Text($"    replay: ./chat sim --scenario {run.Scenario.Name} --from {seed} --seeds 1"));
        }

        if (run is { Seeds: 1, Failures: [var only] })
        {
            Console.WriteLine(only.Error);
        }

        return run.Failures.Count == 0 && !run.Missing.Any();
    }

    private static bool TryRead(string[] arguments, out IReadOnlyList<Scenario> chosen, out int first, out int seeds)
    {
        (chosen, first, seeds) = (Scenario.All, 1, 2_000);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            var understood = arguments[i] switch
            {
                "--scenario" => value == "all" || (chosen = [.. Scenario.All.Where(scenario => scenario.Name == value)]).Count > 0,
                "--from" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out first) && first >= 1,
                "--seeds" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seeds) && seeds is >= 1 and <= 100_000_000,
                _ => false,
            };
            if (!understood)
            {
                Console.Error.WriteLine($"chat: sim does not understand '{arguments[i]} {value}': --scenario all|{string.Join('|', Scenario.All.Select(scenario => scenario.Name))}, --from 1.., --seeds 1..100000000");
                return false;
            }
        }

        return true;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
