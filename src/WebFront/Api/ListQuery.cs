using System.Globalization;
using Chat.Grains.Shared;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Api;

/// <summary>
/// Reads what a list is asked for, strictly. The first thing wrong is kept in <see cref="Error"/>; later reads then answer
/// defaults.
/// </summary>
internal struct ListQuery(IQueryCollection query)
{
    public ChatError? Error { get; private set; }

    /// <summary>A whole number in a closed range, or null when it is absent.</summary>
    public int? Number(string name, int min, int max)
    {
        if (!query.TryGetValue(name, out var text))
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Error ??= new ChatError(ErrorCode.BadRequest, $"'{name}' must be from {min} to {max}.", Limit: max);
        return null;
    }

    /// <summary><c>true</c> or <c>false</c>; absent is false.</summary>
    public bool Flag(string name)
    {
        if (!query.TryGetValue(name, out var text) || text == "false")
        {
            return false;
        }

        if (text != "true")
        {
            Error ??= new ChatError(ErrorCode.BadRequest, $"'{name}' is true or false.");
        }

        return true;
    }

    /// <summary>Where the page before ended, or null when it is absent.</summary>
    public T? Cursor<T>(string name, CursorReader<T> read)
        where T : class
    {
        if (!query.TryGetValue(name, out var text))
        {
            return null;
        }

        if (read(text.ToString(), out var cursor))
        {
            return cursor;
        }

        Error ??= new ChatError(ErrorCode.BadPosition, $"'{name}' is no cursor.");
        return null;
    }
}
