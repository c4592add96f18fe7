using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chat.Bench;

/// <summary>One round of one measurement: named figures, units in the names.</summary>
/// <param name="Mode">What was measured.</param>
/// <param name="Case">Which case of it, such as "256 in flight".</param>
/// <param name="Figures">The figures, in the order of the table's columns.</param>
internal sealed record Result(string Mode, string Case, Dictionary<string, double> Figures);

/// <summary>Writes rounds as JSON lines; makes tables of medians of them.</summary>
internal sealed class Results(string? file)
{
    /// <summary>Writes a round down and shows it.</summary>
    public void Add(Result result)
    {
        Console.Error.WriteLine($"{result.Mode}, {result.Case}: " + string.Join(", ", result.Figures.Select(figure => $"{figure.Key} {Short(figure.Value)}")));
        if (file is not null)
        {
            File.AppendAllText(file, JsonSerializer.Serialize(result) + "\n");
        }
    }

    /// <summary>A markdown table for each mode: medians, with least and most where rounds differ.</summary>
    public static string Tables(string file)
    {
        var results = File.ReadLines(file).Select(line => JsonSerializer.Deserialize<Result>(line)!).ToList();
        var text = new StringBuilder();
        foreach (var mode in results.GroupBy(result => result.Mode))
        {
            var columns = mode.SelectMany(result => result.Figures.Keys).Distinct().ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {mode.Key} | {string.Join(" | ", columns)} | rounds |");
            text.AppendLine("|---|" + string.Concat(Enumerable.Repeat("---:|", columns.Count + 1)));
            foreach (var rounds in mode.GroupBy(result => result.Case))
            {
                var cells = columns.Select(column => Cell([.. rounds.Where(round => round.Figures.ContainsKey(column)).Select(round => round.Figures[column])]));
                text.AppendLine(CultureInfo.InvariantCulture, $"| {rounds.Key} | {string.Join(" | ", cells)} | {rounds.Count()} |");
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    private static string Cell(List<double> values)
    {
        if (values.Count == 0)
        {
            return "–";
        }

        values.Sort();
        var median = (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
        return Short(values[0]) == Short(values[^1]) ? Short(median) : $"{Short(median)} ({Short(values[0])} to {Short(values[^1])})";
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : Math.Abs(value) >= 10 ? "0.0" : "0.##", CultureInfo.InvariantCulture);
}
