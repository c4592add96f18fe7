namespace Chat.Bench;

/// <summary>
/// How rounds are taken: interleaved over the targets, so that a machine that changes its speed changes it for all; and a
/// round in which other programs worked is thrown away and taken again.
/// </summary>
/// <param name="Count">Rounds of each case.</param>
/// <param name="OthersMax">Percent of one core that programs which take no part may use.</param>
/// <param name="RepeatsMax">How often one round may be taken again.</param>
internal sealed record Rounds(int Count, double OthersMax, int RepeatsMax)
{
    /// <summary>The figure of a result that decides.</summary>
    public const string Others = "others cpu %";

    public static Rounds From(Options options, int otherwise) => new(
        options.Number("rounds", otherwise, max: 100),
        options.Number("others-max", 15, max: 1_000),
        options.Number("repeats", 3, min: 0, max: 100));

    /// <summary>Every case on every target, round by round.</summary>
    public async Task Run<TCase>(IReadOnlyList<TCase> cases, IReadOnlyList<Target> targets, Func<TCase, Target, int, Task<Result?>> measure, Results results)
    {
        for (var round = 0; round < Count; round++)
        {
            foreach (var one in cases)
            {
                foreach (var target in targets)
                {
                    var number = round;
                    foreach (var result in await Quiet(async () => await measure(one, target, number) is { } measured ? [measured] : []))
                    {
                        results.Add(result);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Measures until nobody disturbed it; what was measured together is taken again together. When every try was disturbed,
    /// the least disturbed one stands and says so. Nothing at once when the target cannot be measured.
    /// </summary>
    public async Task<IReadOnlyList<Result>> Quiet(Func<Task<IReadOnlyList<Result>>> measure)
    {
        IReadOnlyList<Result>? best = null;
        for (var discarded = 0; ; discarded++)
        {
            var results = await measure();
            if (results is [])
            {
                return [];
            }

            if (best is null || OthersOf(results) < OthersOf(best))
            {
                best = results;
            }

            var quiet = OthersOf(best) <= OthersMax;
            if (quiet || discarded == RepeatsMax)
            {
                return [.. best.Select(result => result with { Discarded = discarded, Disturbed = !quiet })];
            }

            Console.Error.WriteLine($"{results[0].Target}, {results[0].Case}: other programs took {OthersOf(results):0} % of a core; taken again");
        }
    }

    private static double OthersOf(IReadOnlyList<Result> results) => results.Max(result => result.Figures.GetValueOrDefault(Others));
}
