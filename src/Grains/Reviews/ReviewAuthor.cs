using System.Globalization;
using System.Text;

namespace Chat.Grains.Reviews;

/// <summary>What the public may know of who wrote a review.</summary>
internal static class ReviewAuthor
{
    private const string Stars = "***";

    /// <summary>Longest letter with its marks, in UTF-16 units: more is decoration that would tell people apart.</summary>
    private const int LetterCharsMax = 8;

    /// <summary>
    /// The first and the last letter of a name with three stars between them, whatever its length. A letter keeps its marks and
    /// its second surrogate. A name of one letter shows it once, a name without letters or digits none.
    /// </summary>
    public static string Mask(string? name)
    {
        var letters = Letters(name ?? string.Empty);
        return letters.Count switch
        {
            0 => Stars,
            1 => letters[0] + Stars,
            _ => letters[0] + Stars + letters[^1],
        };
    }

    private static List<string> Letters(string name)
    {
        var letters = new List<string>();
        var elements = StringInfo.GetTextElementEnumerator(name);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            if (Rune.DecodeFromUtf16(element, out var first, out _) == System.Buffers.OperationStatus.Done && Rune.IsLetterOrDigit(first))
            {
                letters.Add(element.Length <= LetterCharsMax ? element : first.ToString());
            }
        }

        return letters;
    }
}
