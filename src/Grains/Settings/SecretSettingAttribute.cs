namespace Chat.Grains.Settings;

/// <summary>
/// A setting whose value is shown nowhere: no log, no message and no answer holds it. It may be given by a file too, named in
/// the setting of the same name with <c>File</c> behind it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretSettingAttribute : Attribute;
