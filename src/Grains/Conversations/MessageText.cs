using Chat.Grains.Shared;

namespace Chat.Grains.Conversations;

/// <summary>What a chat text may be.</summary>
public static class MessageText
{
    /// <summary>Null when the text may be sent; otherwise why not: 3002, 3003 or 3004.</summary>
    public static ChatError? Check(string text) => Check(text, Limits.BodyCodePointsMax);

    /// <summary>The same for another kind of text, of at most <paramref name="codePointsMax"/> code points.</summary>
    public static ChatError? Check(string text, int codePointsMax)
    {
        var codePoints = 0;
        var blank = true;
        for (var i = 0; i < text.Length; i++, codePoints++)
        {
            var c = text[i];
            if (c == '\0')
            {
                return new ChatError(ErrorCode.MessageMalformed, "The text holds U+0000.");
            }

            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return new ChatError(ErrorCode.MessageMalformed, "The text holds half a surrogate pair.");
                }

                i++;
                blank = false;
            }
            else if (!IsBlank(c))
            {
                blank = false;
            }
        }

        if (blank)
        {
            return new ChatError(ErrorCode.MessageEmpty, "There is nothing to send.");
        }

        return codePoints > codePointsMax
            ? new ChatError(
                ErrorCode.MessageTooLong,
                $"The text has {codePoints} characters; {codePointsMax} are allowed.",
                Limit: codePointsMax)
            : null;
    }

    /// <summary>White space and what shows as nothing at all: zero-width characters, joiners and direction marks.</summary>
    private static bool IsBlank(char c) =>
        char.IsWhiteSpace(c) || c is >= '\u200B' and <= '\u200F' or >= '\u202A' and <= '\u202E' or >= '\u2060' and <= '\u2069' or '\uFEFF' or '\u00AD';
}
