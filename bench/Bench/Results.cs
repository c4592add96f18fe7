using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chat.Bench;

/// <summary>One round of one measurement: named figures, units in the names.</summary>
/// <param name="Mode">What was measured.</param>
/// <param name="Case">Which case of it, such as "256 in flight".</param>
/// <param name="Target">Which server.</param>
/// <param name="Figures">The figures, in the order of the table's columns.</param>
/// <param name="Discarded">Tries thrown away before this one, because other programs disturbed them.</param>
/// <param name="Disturbed">Other programs disturbed this one too, and it is the best there is.</param>
internal sealed record Result(string Mode, string Case, string Target, Dictionary<string, double> Figures, int Discarded = 0, bool Disturbed = false);

/// <summary>Writes rounds as JSON lines; makes tables of medians of them.</summary>
internal sealed class Results(string? file)
{
    /// <summary>What these tell is whether the measurement is sound; to divide them by ours would say nothing.</summary>
    private static readonly string[] s_uncompared =
    [
        Rounds.Others, "neighbours cpu %", "generator cpu %", "generator µs/msg", "generator cpu µs/connect", "generator cpu ms/change",
        "sent/s", "changes", "messages read by opening", "refused or lost", "lost", "not acked", "not delivered", "not told",
    ];

    /// <summary>Writes a round down and shows it.</summary>
    public void Add(Result result)
    {
        Console.Error.WriteLine($"{result.Mode}, {result.Case}, {result.Target}: " + string.Join(", ", result.Figures.Select(figure => $"{figure.Key} {Short(figure.Value)}")));
        if (file is not null)
        {
            // What could not be computed, such as the cost of a message when none was stored, is left out.
            var sound = result with { Figures = result.Figures.Where(figure => double.IsFinite(figure.Value)).ToDictionary() };
            File.AppendAllText(file, JsonSerializer.Serialize(sound) + "\n");
        }
    }

    /// <summary>
    /// A markdown table for each mode: medians, with least and most where rounds differ, and behind a × what that is as a
    /// multiple of the first target's median of the same case.
    /// </summary>
    public static string Tables(IEnumerable<Result> all)
    {
        var text = new StringBuilder();
        foreach (var mode in all.GroupBy(result => result.Mode))
        {
            var columns = mode.SelectMany(result => result.Figures.Keys).Distinct().ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {mode.Key} | server | {string.Join(" | ", columns)} | rounds | discarded |");
            text.AppendLine("|---|---|" + string.Concat(Enumerable.Repeat("---:|", columns.Count + 2)));
            foreach (var one in mode.GroupBy(result => result.Case))
            {
                AppendCase(text, columns, [.. one.GroupBy(result => result.Target)]);
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>The rounds of a file.</summary>
    public static List<Result> Read(string file) => [.. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<Result>(line)!)];

    /// <summary>The middle value, or the mean of the two in the middle; 0 of nothing.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted is [] ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void AppendCase(StringBuilder text, List<string> columns, List<IGrouping<string, Result>> targets)
    {
        foreach (var rounds in targets)
        {
            var cells = columns.Select(column =>
            {
                var ours = rounds.Key == targets[0].Key || s_uncompared.Contains(column) ? 0 : Median(Values(targets[0], column));
                return Cell(Values(rounds, column), ours);
            });
            var discarded = rounds.Sum(round => round.Discarded).ToString(CultureInfo.InvariantCulture);
            var disturbed = rounds.Count(round => round.Disturbed);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {rounds.First().Case} | {rounds.Key} | {string.Join(" | ", cells)} | {rounds.Count()} | {discarded}{(disturbed > 0 ? $", {disturbed} kept though disturbed" : "")} |");
        }
    }

    private static double[] Values(IEnumerable<Result> rounds, string column) =>
        [.. rounds.Where(round => round.Figures.ContainsKey(column)).Select(round => round.Figures[column])];

    private static string Cell(double[] values, double ours)
    {
        if (values.Length == 0)
        {
            return "–";
        }

        var median = Median(values);
        var (least, most) = (Short(values.Min()), Short(values.Max()));
        var cell = least == most ? Short(median) : $"{Short(median)} ({least} to {most})";
        return ours > 0 ? $"{cell} ×{Short(median / ours)}" : cell;
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : Math.Abs(value) >= 10 ? "0.0" : "0.##", CultureInfo.InvariantCulture);
}
