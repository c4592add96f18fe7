using System.Globalization;

namespace Chat.Bench;

/// <summary>What the command line says: <c>--name value</c> pairs after the mode.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private Options()
    {
    }

    /// <summary>Reads the arguments; throws <see cref="UsageException"/> for one that is not a pair.</summary>
    public static Options Read(ReadOnlySpan<string> arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Length)
            {
                throw new UsageException($"'{arguments[i]}' is not an option with a value");
            }

            options._values[arguments[i][2..]] = arguments[i + 1];
        }

        return options;
    }

    public string Text(string name, string? otherwise = null)
    {
        _used.Add(name);
        return _values.TryGetValue(name, out var value) ? value
            : otherwise ?? throw new UsageException($"--{name} is missing");
    }

    public int Number(string name, int otherwise, int min = 1, int max = 1_000_000)
    {
        var text = Text(name, otherwise.ToString(CultureInfo.InvariantCulture));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new UsageException($"--{name} is a number from {min} to {max}");
    }

    public int[] Numbers(string name, string otherwise)
    {
        var parts = Text(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 0 && parts.All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
            ? [.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture))]
            : parts.Length == 0 ? [] : throw new UsageException($"--{name} is a list of numbers, such as {otherwise}");
    }

    /// <summary>Refuses what no mode asked for: a misspelt option must not silently measure something else.</summary>
    public void RefuseTheRest()
    {
        if (_values.Keys.FirstOrDefault(name => !_used.Contains(name)) is { } unknown)
        {
            throw new UsageException($"this mode does not know --{unknown}");
        }
    }
}

/// <summary>The command line cannot be understood.</summary>
internal sealed class UsageException(string message) : Exception(message);
