using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Chat.Silo.Settings;
using Chat.WebFront.Hosting;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>
/// The table of settings in docs/operating.md says what the options classes say, setting by setting. With
/// <c>CHAT_WRITE_DOCS=1</c> in the environment the test writes the table instead.
/// </summary>
public sealed partial class SettingsTableTests
{
    private const string Begin = "<!-- settings: written by SettingsTableTests -->\n";
    private const string End = "<!-- end of settings -->\n";

    [Fact]
    public void The_documents_name_every_setting_with_the_words_of_its_class()
    {
        var file = Path.Combine(Repository.Root, "docs", "operating.md");
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var table = Table();
        if (Environment.GetEnvironmentVariable("CHAT_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, text[..from] + table + text[to..]);
            return;
        }

        Assert.Equal(table, text[from..to]);
    }

    private static string Table()
    {
        var words = new Dictionary<string, string>();
        var rows = FrontProgram.Known.All
            .Where(setting => setting.Property is not null && setting.Shape != SettingShape.Section)
            .Select(setting => (Name: setting.Path.Replace(KnownSettings.Number, "0", StringComparison.Ordinal) + (setting.Shape == SettingShape.List && IsOfValues(setting.Property!) ? ":0" : ""), setting))
            .Where(row => row.setting.Shape == SettingShape.Value || IsOfValues(row.setting.Property!))
            .Select(row => $"| `{row.Name}` {(row.setting.IsSecret ? "(secret) " : "")}| {Words(row.setting.Property!, words)} |\n");
        return "| setting | |\n|---|---|\n" + string.Concat(rows);
    }

    private static bool IsOfValues(PropertyInfo list) => list.PropertyType.GetElementType() == typeof(string);

    /// <summary>The documentation comment, which the build puts beside the assembly.</summary>
    private static string Words(PropertyInfo property, Dictionary<string, string> known)
    {
        var type = property.DeclaringType!;
        var name = $"P:{type.FullName!.Replace('+', '.')}.{property.Name}";
        if (!known.ContainsKey(name))
        {
            foreach (var member in XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member"))
            {
                known[(string)member.Attribute("name")!] = member.Element("summary") is { } summary ? Text(summary) : string.Empty;
            }
        }

        return known[name];
    }

    private static string Text(XElement summary) => WhiteSpace().Replace(
        string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "see" } reference => $"`{((string)reference.Attribute("cref")!).Split('.')[^1]}`",
            XElement code => $"`{code.Value}`",
            _ => ((XText)node).Value,
        })),
        " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
