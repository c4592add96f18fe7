using System.Collections.Frozen;
using System.Text.Json;

namespace Chat.WebFront.Hub;

/// <summary>
/// What a call takes from <see cref="Chat.Grains.Shared.Policy.CallBurst"/>: about what it costs us, in grains asked and rows read.
/// Sends have a budget of their own.
/// </summary>
internal static class CallCosts
{
    /// <summary>Beside its positions, of which it counts one at least.</summary>
    private const int Hello = 9;

    private static readonly FrozenDictionary<string, int> Fixed = new Dictionary<string, int>
    {
        ["send"] = 0, ["inbox"] = 10, ["duty"] = 10, ["history"] = 3, ["contact"] = 3,
    }.ToFrozenDictionary();

    /// <summary>The cost of a method by its name in the protocol; those with lists cost one for each item.</summary>
    public static int Of(string method, IReadOnlyList<object?> arguments) => method switch
    {
        "resume" => Items(arguments, "positions"),
        "watch" => Items(arguments, "stores"),
        "hello" => Hello + Items(arguments, "positions"),
        _ => Fixed.GetValueOrDefault(method, 1),
    };

    private static int Items(IReadOnlyList<object?> arguments, string field) =>
        arguments is [JsonElement { ValueKind: JsonValueKind.Object } request]
        && request.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array
            ? Math.Max(1, list.GetArrayLength())
            : 1;
}
