using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Chat.Grains;
using Chat.Grains.Rehearsals;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Silo;
using Chat.Silo.Telemetry;
using Chat.WebFront.Options;

namespace Chat.WebFront.Hosting;

/// <summary>
/// Finds every setting whose text is not of its type. The configuration binder stops at the first, with an exception; here
/// each is named, and its default put in its place so that all the other settings can be judged too.
/// </summary>
internal static class SettingTypes
{
    private static readonly (string Section, Type Options)[] Known =
    [
        (FrontOptions.Section, typeof(FrontOptions)),
        (ChatGrains.PolicySection, typeof(Policy)),
        (ChatDatabaseOptions.Section, typeof(ChatDatabaseOptions)),
        (ChatSiloOptions.Section, typeof(ChatSiloOptions)),
        (RehearsalOptions.Section, typeof(RehearsalOptions)),
        (TelemetryOptions.Section, typeof(TelemetryOptions)),
    ];

    public static IReadOnlyList<string> Check(IConfiguration configuration)
    {
        var wrong = new List<string>();
        foreach (var (section, options) in Known)
        {
            Check(configuration.GetSection(section), Activator.CreateInstance(options)!, wrong);
        }

        return wrong;
    }

    private static void Check(IConfigurationSection section, object defaults, List<string> wrong)
    {
        foreach (var property in defaults.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var setting = section.GetSection(property.Name);
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var converter = TypeDescriptor.GetConverter(type);
            var value = property.GetValue(defaults);
            if (!converter.CanConvertFrom(typeof(string)))
            {
                if (value is not null and not Array)
                {
                    Check(setting, value, wrong);
                }
            }
            else if (!string.IsNullOrEmpty(setting.Value) && !Fits(converter, setting.Value))
            {
                wrong.Add($"{setting.Path} is '{setting.Value}'; it is {Form(type)}.");
                setting.Value = value is null ? string.Empty : converter.ConvertToInvariantString(value);
            }
        }
    }

    private static bool Fits(TypeConverter converter, string text)
    {
        try
        {
            converter.ConvertFromString(null, CultureInfo.InvariantCulture, text);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Form(Type type) =>
        type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time such as 00:00:20"
        : type == typeof(DateTimeOffset) ? "a moment such as 2026-01-31T12:00:00Z"
        : "a number";
}
