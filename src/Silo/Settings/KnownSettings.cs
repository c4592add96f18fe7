using System.ComponentModel;
using System.Reflection;
using Chat.Grains;
using Chat.Grains.Rehearsals;
using Chat.Grains.Settings;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Silo.Telemetry;

namespace Chat.Silo.Settings;

/// <summary>What kind of thing a setting is.</summary>
internal enum SettingShape
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>Values or sections under the numbers 0, 1, …</summary>
    List,

    /// <summary>More settings.</summary>
    Section,
}

/// <summary>A setting that a program knows.</summary>
/// <param name="Path">Its whole name; <see cref="KnownSettings.Number"/> stands for the numbers of a list.</param>
/// <param name="Shape">What kind of thing it is.</param>
/// <param name="Property">Where it is bound to; null for the sections themselves and for what a list holds.</param>
/// <param name="IsSecret">Whether its value is shown nowhere.</param>
internal sealed record KnownSetting(string Path, SettingShape Shape, PropertyInfo? Property, bool IsSecret);

/// <summary>
/// All settings of a program, as its options classes tell them: there is no second list that could drift.
/// </summary>
internal sealed class KnownSettings
{
    /// <summary>Stands for any number in the path of a list's entry.</summary>
    public const string Number = "#";

    /// <summary>The section of all of them.</summary>
    public const string Root = "Chat";

    /// <summary>What a file's name is given by.</summary>
    public const string FileSuffix = "File";

    /// <summary>Options that every kind of process binds.</summary>
    public static readonly IReadOnlyList<(string Section, Type Options)> Common =
    [
        (ChatGrains.PolicySection, typeof(Policy)),
        (ChatDatabaseOptions.Section, typeof(ChatDatabaseOptions)),
        (ChatSiloOptions.Section, typeof(ChatSiloOptions)),
        (RehearsalOptions.Section, typeof(RehearsalOptions)),
        (TelemetryOptions.Section, typeof(TelemetryOptions)),
    ];

    /// <summary>
    /// What fronts bind and silos do not read: processes of a cluster often share one environment, so a silo does not object.
    /// </summary>
    public static readonly IReadOnlyList<string> OfFronts = ["Mode", "Origins", "Demo", "Staff", "Auth", "Drain", "Marketplace"];

    private readonly Dictionary<string, KnownSetting> _all = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _foreign;

    /// <param name="options">The options classes with their sections.</param>
    /// <param name="foreign">Settings below <see cref="Root"/> that another kind of process reads.</param>
    public KnownSettings(IEnumerable<(string Section, Type Options)> options, IEnumerable<string> foreign)
    {
        _foreign = new HashSet<string>(foreign.Select(name => $"{Root}:{name}"), StringComparer.OrdinalIgnoreCase);
        Add(new KnownSetting(Root, SettingShape.Section, null, IsSecret: false));
        Add(new KnownSetting(SecretFiles.DirectorySetting, SettingShape.Value, null, IsSecret: false));
        foreach (var (section, type) in options)
        {
            Add(new KnownSetting(section, SettingShape.Section, null, IsSecret: false));
            AddAll(section, type);
        }
    }

    public IEnumerable<KnownSetting> All => _all.Values;

    public KnownSetting? Find(string path) => _all.GetValueOrDefault(path);

    /// <summary>Whether it is for another kind of process.</summary>
    public bool IsForeign(string path) => _foreign.Contains(path);

    private static bool IsValue(Type type) =>
        TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).CanConvertFrom(typeof(string));

    private void AddAll(string section, Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var path = $"{section}:{property.Name}";
            if (property.PropertyType.GetElementType() is { } element)
            {
                Add(new KnownSetting(path, SettingShape.List, property, IsSecret: false));
                AddOne($"{path}:{Number}", element, null, isSecret: false);
            }
            else
            {
                AddOne(path, property.PropertyType, property, property.IsDefined(typeof(SecretSettingAttribute)));
            }
        }
    }

    private void AddOne(string path, Type type, PropertyInfo? property, bool isSecret)
    {
        if (!IsValue(type))
        {
            Add(new KnownSetting(path, SettingShape.Section, property, IsSecret: false));
            AddAll(path, type);
            return;
        }

        Add(new KnownSetting(path, SettingShape.Value, property, isSecret));
        if (isSecret)
        {
            Add(new KnownSetting(path + FileSuffix, SettingShape.Value, null, IsSecret: false));
        }
    }

    private void Add(KnownSetting setting) => _all[setting.Path] = setting;
}
