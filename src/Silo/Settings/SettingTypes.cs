using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Chat.Silo.Settings;

/// <summary>
/// Finds every setting whose text is not of its type. The configuration binder stops at the first, with an exception; here
/// each is named, and its default put in its place so that all the other settings can be judged too.
/// </summary>
internal static class SettingTypes
{
    public static void Check(IConfiguration configuration, KnownSettings known, List<string> wrong)
    {
        foreach (var one in known.All.Where(setting => setting is { Shape: SettingShape.Value, Property: not null }))
        {
            var property = one.Property!;
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var setting = configuration.GetSection(one.Path);
            var converter = TypeDescriptor.GetConverter(type);
            if (type != typeof(string) && !string.IsNullOrEmpty(setting.Value) && !Fits(type, converter, setting.Value))
            {
                wrong.Add($"{setting.Path} is '{setting.Value}'; it is {Form(type)}.");
                var value = property.GetValue(Activator.CreateInstance(property.DeclaringType!));
                setting.Value = value is null ? string.Empty : converter.ConvertToInvariantString(value);
            }
        }
    }

    private static bool Fits(Type type, TypeConverter converter, string text)
    {
        try
        {
            var value = converter.ConvertFromString(null, CultureInfo.InvariantCulture, text);
            // A number is taken for any enum, also for one that has no such member.
            return !type.IsEnum || Enum.IsDefined(type, value!);
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
