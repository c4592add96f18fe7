using Microsoft.Extensions.Configuration;

namespace Chat.Silo.Settings;

/// <summary>
/// Finds every setting that nobody reads. A misspelt one leaves a default in its place, which may be the weaker choice, so it is
/// an error and stops the start. Its value is not told: what is misspelt may be a secret.
/// </summary>
internal static class SettingNames
{
    public static void Check(IConfiguration configuration, KnownSettings known, List<string> wrong)
    {
        foreach (var child in configuration.GetSection(KnownSettings.Root).GetChildren())
        {
            if (!known.IsForeign(child.Path))
            {
                Check(child, child.Path, known, wrong);
            }
        }
    }

    /// <param name="setting">What is configured.</param>
    /// <param name="path">Its name, as <see cref="KnownSetting.Path"/> spells it.</param>
    /// <param name="known">What may be.</param>
    /// <param name="wrong">Where faults go.</param>
    private static void Check(IConfigurationSection setting, string path, KnownSettings known, List<string> wrong)
    {
        if (known.Find(path) is not { } found)
        {
            var near = Nearest(path, known);
            wrong.Add($"{setting.Path} is no setting{(near is null ? "." : $"; did you mean {near}?")}");
            return;
        }

        if (found.Shape == SettingShape.List && !string.IsNullOrEmpty(setting.Value))
        {
            wrong.Add($"{setting.Path} is a list; its entries are {setting.Path}:0, {setting.Path}:1 and so on.");
        }
        else if (found.Shape == SettingShape.Section && !string.IsNullOrEmpty(setting.Value))
        {
            wrong.Add($"{setting.Path} is a section and has no value of its own.");
        }

        foreach (var child in setting.GetChildren())
        {
            var isNumber = int.TryParse(child.Key, out var number) && number >= 0;
            Check(child, $"{path}:{(found.Shape == SettingShape.List && isNumber ? KnownSettings.Number : child.Key)}", known, wrong);
        }
    }

    /// <summary>The known name that takes the fewest changes of letters, if few enough; a section given wrongly costs two.</summary>
    private static string? Nearest(string path, KnownSettings known)
    {
        var name = path[(path.LastIndexOf(':') + 1)..];
        var best = known.All
            .Select(setting => (setting.Path, Distance: Math.Min(
                Distance(path, setting.Path),
                2 + Distance(name, setting.Path[(setting.Path.LastIndexOf(':') + 1)..]))))
            .MinBy(one => one.Distance);
        return best.Distance <= Math.Max(2, name.Length / 3) ? best.Path.Replace(KnownSettings.Number, "0", StringComparison.Ordinal) : null;
    }

    /// <summary>Letters to change, add or drop between two names (Levenshtein); case does not matter.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
