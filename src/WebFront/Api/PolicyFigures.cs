using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Chat.Grains.Shared;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Api;

/// <summary>
/// The marketplace's policy as its class tells it: values from the options, bounds from their attributes, words from their
/// documentation comments, which the build puts beside the assembly. There is no second text that could drift.
/// </summary>
internal static partial class PolicyFigures
{
    private const string Milliseconds = "ms";

    private static readonly Policy Defaults = new();
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Words = new(ReadWords);

    /// <summary>All figures, in the order of the class.</summary>
    public static IReadOnlyList<PolicyFigureWire> Of(Policy policy) =>
    [
        .. typeof(Policy).GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.MetadataToken).Select(property =>
        {
            var range = property.GetCustomAttribute<RangeAttribute>();
            return new PolicyFigureWire(
                property.Name,
                Value(property.GetValue(policy)!),
                Value(property.GetValue(Defaults)!),
                range is null ? null : Bound(range.Minimum, property.PropertyType),
                range is null ? null : Bound(range.Maximum, property.PropertyType),
                Unit(property.PropertyType),
                Description(property.Name));
        }),
    ];

    /// <summary>The whole comment of a property on one line, with the names of what it refers to.</summary>
    internal static string CommentOf(string name) => Words.Value.GetValueOrDefault(name, string.Empty);

    /// <summary>The comment without its last sentence, which tells range and default: those come as numbers.</summary>
    private static string Description(string name) => RangeSentence().Replace(CommentOf(name), string.Empty);

    private static string Unit(Type type) =>
        type == typeof(TimeSpan) ? Milliseconds
        : type == typeof(bool) ? "flag"
        : type == typeof(double) ? "number"
        : "count";

    private static JsonValue Value(object value) => value switch
    {
        TimeSpan time => JsonValue.Create((long)time.TotalMilliseconds),
        bool flag => JsonValue.Create(flag),
        double number => JsonValue.Create(number),
        _ => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };

    private static JsonValue Bound(object bound, Type type) =>
        Value(bound is string text ? TimeSpan.Parse(text, CultureInfo.InvariantCulture) : Convert.ChangeType(bound, type, CultureInfo.InvariantCulture));

    private static Dictionary<string, string> ReadWords()
    {
        var prefix = $"P:{typeof(Policy).FullName}.";
        return XDocument.Load(Path.ChangeExtension(typeof(Policy).Assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => ((string?)member.Attribute("name"))?.StartsWith(prefix, StringComparison.Ordinal) == true)
            .ToDictionary(member => ((string)member.Attribute("name")!)[prefix.Length..], member => Text(member.Element("summary")!));
    }

    private static string Text(XElement summary) => WhiteSpace().Replace(
        string.Concat(summary.Nodes().Select(node => node is XElement reference
            ? ((string?)reference.Attribute("cref"))?.Split('.')[^1] ?? reference.Value
            : node.ToString())),
        " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"\s*(?<=\.\s)[\d.,]+( [a-z]+)? to [\d.,]+.*$")]
    private static partial Regex RangeSentence();
}
