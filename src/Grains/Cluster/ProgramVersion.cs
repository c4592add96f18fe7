using System.Reflection;

namespace Chat.Grains.Cluster;

/// <summary>Which build this is.</summary>
public static class ProgramVersion
{
    /// <summary>The program's version, without what the build adds after a plus sign.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
