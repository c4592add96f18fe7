using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chat.Grains.Storage;

/// <summary>The one named storage all grain state goes to; hosts register it under this name.</summary>
public static class StateStorage
{
    /// <summary>The name.</summary>
    public const string Name = "grains";

    /// <summary>
    /// How state is written, by either host: plain JSON without type names, properties in camel case, text of every language
    /// readable. Fields a reader does not know are skipped, so that two versions may run side by side.
    /// </summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
