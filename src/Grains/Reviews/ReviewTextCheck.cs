using System.Globalization;
using System.Text;
using Chat.Grains.Orders;

namespace Chat.Grains.Reviews;

/// <summary>
/// Looks for what a moderator should see before the public does: personal data and insults, also when they are spaced out,
/// spelled with look-alikes or hold invisible characters. It may err: whoever it suspects is heard by a moderator, so in doubt
/// it finds something. Pure. This part makes the texts that the others look at; contacts, numbers and insults have their own.
/// </summary>
internal static partial class ReviewTextCheck
{
    /// <summary>Cyrillic and Greek letters, and under each the Latin one it looks like.</summary>
    private static readonly Dictionary<char, char> Latin = Pairs(
        "авеёкмнорстухіјѕԁԛԝһαβεηικνορτυχ",
        "abeekmhopctyxijsdqwhabehikvoptux");

    /// <summary>The other way, for words of Cyrillic with Latin letters in them.</summary>
    private static readonly Dictionary<char, char> Cyrillic = Pairs("abekmhopctyxiu", "авекмнорстухии");

    /// <summary>What is found in a text, without repeats. <paramref name="order"/> is the number that may stand in it.</summary>
    public static IReadOnlyList<ReviewFinding> Find(string text, OrderId order)
    {
        var plain = Plain(text);
        var findings = new List<ReviewFinding>(2);
        if (HasContact(plain) || HasNumber(plain, order))
        {
            findings.Add(ReviewFinding.PersonalData);
        }

        if (HasInsult(plain))
        {
            findings.Add(ReviewFinding.Insult);
        }

        return findings;
    }

    /// <summary>
    /// Lower case, compatible forms made one, all digits ASCII, all dashes and spaces one, nothing invisible, no strokes through
    /// letters. Letters keep the accents they are written with; Arabic alefs are one, as they are often typed.
    /// </summary>
    internal static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.Replace("№", " # ", StringComparison.Ordinal).Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            if (IsInvisible(rune))
            {
                continue;
            }

            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
            {
                plain.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            }
            else if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DashPunctuation || rune.Value == '\u2212')
            {
                plain.Append('-');
            }
            else
            {
                plain.Append(rune.Value switch
                {
                    '\n' or '\r' or 0x2028 or 0x2029 => "\n",
                    0x2800 => " ",
                    'أ' or 'إ' or 'آ' => "ا",
                    'ى' => "ي",
                    _ => Rune.IsWhiteSpace(rune) ? " " : Rune.ToLowerInvariant(rune).ToString(),
                });
            }
        }

        return plain.ToString();
    }

    /// <summary>Formatting, fillers, marks that stand over or through what comes before them, and Arabic vowels and stretches.</summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is (>= 0x0300 and <= 0x036F) or (>= 0x0483 and <= 0x0489) or (>= 0x20D0 and <= 0x20FF) or (>= 0xFE00 and <= 0xFE0F)
            or (>= 0x064B and <= 0x065F) or 0x0670 or 0x0640 or 0x115F or 0x1160 or 0x3164;

    /// <summary>The text with each word that mixes scripts written in Latin letters alone.</summary>
    private static string InLatin(string plain) => MixedWord().Replace(plain, word => Mixes(word.Value) ? Spell(word.Value, Latin) : word.Value);

    private static Dictionary<char, char> Pairs(string from, string to) => from.Zip(to).ToDictionary(static pair => pair.First, static pair => pair.Second);

    private static bool Mixes(string word) => word.Any(char.IsAsciiLetter) && word.Any(Latin.ContainsKey);

    private static string Spell(string word, Dictionary<char, char> letters) =>
        string.Create(word.Length, (word, letters), static (target, from) =>
        {
            for (var at = 0; at < target.Length; at++)
            {
                target[at] = from.letters.GetValueOrDefault(from.word[at], from.word[at]);
            }
        });
}
