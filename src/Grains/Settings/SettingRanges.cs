using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Chat.Grains.Settings;

/// <summary>Finds every value outside the range its class declares. Each is told by its whole name, with the range.</summary>
public static class SettingRanges
{
    /// <summary>Adds a sentence to <paramref name="wrong"/> for each property of <paramref name="options"/>, bound from <paramref name="section"/>, that is out of its range.</summary>
    public static void Check(string section, object options, ICollection<string> wrong)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                wrong.Add($"{section}:{property.Name} {Shown(property, value)}; it is {Allowed(rule)}.");
            }
        }
    }

    private static string Shown(PropertyInfo property, object? value) =>
        property.IsDefined(typeof(SecretSettingAttribute)) ? $"has {(value as string)?.Length ?? 0} characters"
        : value is Array many ? $"has {many.Length} entries"
        : $"is {Convert.ToString(value, CultureInfo.InvariantCulture)}";

    private static string Allowed(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}"),
        StringLengthAttribute length => $"{length.MinimumLength} to {length.MaximumLength} characters",
        MaxLengthAttribute most => $"at most {most.Length} entries",
        _ => "something else",
    };
}
