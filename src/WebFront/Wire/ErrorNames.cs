using System.Collections.Frozen;
using System.Text;
using Chat.Grains.Shared;

namespace Chat.WebFront.Wire;

/// <summary>The written names of error and closing codes: <c>MessageTooLong</c> is <c>message_too_long</c>.</summary>
internal static class ErrorNames
{
    private static readonly FrozenDictionary<ErrorCode, string> Errors = Enum.GetValues<ErrorCode>().ToFrozenDictionary(code => code, code => Snake(code.ToString()));

    private static readonly FrozenDictionary<ClosingCode, string> Closings = Enum.GetValues<ClosingCode>().ToFrozenDictionary(code => code, code => Snake(code.ToString()));

    public static string Of(ErrorCode code) => Errors[code];

    public static string Of(ClosingCode code) => Closings[code];

    private static string Snake(string pascal)
    {
        var text = new StringBuilder();
        foreach (var c in pascal)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
