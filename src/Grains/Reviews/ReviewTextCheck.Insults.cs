using System.Text;
using System.Text.RegularExpressions;

namespace Chat.Grains.Reviews;

/// <summary>
/// Words that insult, from the list in <c>insults.txt</c>: matched as whole words, whatever the language of the text, and Chinese
/// ones anywhere. Also with letters repeated, spaced out, or replaced by look-alikes and digits.
/// </summary>
internal static partial class ReviewTextCheck
{
    private static readonly InsultWords Insults = InsultWords.Load();

    /// <summary>Shorter words with digits in them are models of things.</summary>
    private const int DisguisedCharsMin = 4;

    private const string ArabicArticle = "ال";

    private static bool HasInsult(string plain)
    {
        var words = InsultWord().Matches(plain);
        return Insults.IsAnywhere(Spaces().Replace(plain, string.Empty))
            || Insults.IsPhrase(string.Join(' ', words.Select(static word => word.Value)))
            || words.Any(word => Spellings(word.Value).Any(Insults.Contains))
            || SpacedWord().Matches(plain).Any(word => Spellings(NoLetter().Replace(word.Value, string.Empty)).Any(Insults.Contains));
    }

    /// <summary>A word as it may have been meant.</summary>
    private static IEnumerable<string> Spellings(string word)
    {
        var bare = NoLetterAround().Replace(word, string.Empty);
        var disguised = bare.Length >= DisguisedCharsMin && DisguisedLetter().IsMatch(bare) ? Undisguise(word) : bare;
        foreach (var spelled in (string[])[bare, disguised])
        {
            yield return spelled;
            if (spelled.StartsWith(ArabicArticle, StringComparison.Ordinal))
            {
                yield return spelled[ArabicArticle.Length..];
            }

            yield return Run().Replace(spelled, "$1");
            yield return Run().Replace(spelled, "$1$1");
            if (Mixes(spelled))
            {
                yield return Spell(spelled, Latin);
                yield return Spell(spelled, Cyrillic);
            }
        }
    }

    private static string Undisguise(string word)
    {
        var text = new StringBuilder(word.Length);
        foreach (var c in word)
        {
            text.Append(c switch { '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', _ => c });
        }

        return text.ToString();
    }

    [GeneratedRegex(@"[ *_.·-]")]
    private static partial Regex Spaces();

    /// <summary>What is proof against idiots insults nobody.</summary>
    [GeneratedRegex(@"(?>[\p{L}\p{M}\d@$!'’]+)(?![ -]proof)")]
    private static partial Regex InsultWord();

    /// <summary>At least four single letters with one or two signs between them.</summary>
    [GeneratedRegex(@"(?<![\p{L}\d])(?:\p{L}[ .*_-]{1,2}){3,}\p{L}(?![\p{L}\d])")]
    private static partial Regex SpacedWord();

    [GeneratedRegex(@"\P{L}")]
    private static partial Regex NoLetter();

    [GeneratedRegex(@"^[^\p{L}@$]+|[^\p{L}]+$")]
    private static partial Regex NoLetterAround();

    /// <summary>Between letters, or a sign before them: what ends in digits is a model.</summary>
    [GeneratedRegex(@"^[@$]\p{L}|\p{L}[013457@$!]{1,2}\p{L}")]
    private static partial Regex DisguisedLetter();

    [GeneratedRegex(@"(\p{L})\1{2,}")]
    private static partial Regex Run();
}

/// <summary>The list of insults: one entry a line under <c>[language]</c>; <c>*</c> at the end stands for any ending; <c>#</c> begins a remark.</summary>
internal sealed class InsultWords
{
    private const string Resource = "Chat.Grains.Reviews.insults.txt";
    private const string Chinese = "zh";

    private readonly HashSet<string> _words = [];
    private readonly ILookup<string, string> _stems;
    private readonly List<string> _phrases = [];
    private readonly List<string> _anywhere = [];

    private InsultWords(TextReader list)
    {
        var stems = new List<string>();
        var language = string.Empty;
        while (list.ReadLine() is { } line)
        {
            var entry = ReviewTextCheck.Plain(line.Split('#')[0]).Trim();
            if (entry.StartsWith('['))
            {
                language = entry.Trim('[', ']');
                Languages.Add(language);
            }
            else if (entry.EndsWith('*'))
            {
                stems.Add(entry[..^1]);
            }
            else if (language == Chinese && entry.Length > 0)
            {
                _anywhere.Add(entry);
            }
            else if (entry.Contains(' ', StringComparison.Ordinal))
            {
                _phrases.Add($" {entry} ");
            }
            else if (entry.Length > 0)
            {
                _words.Add(entry);
            }
        }

        _stems = stems.ToLookup(static stem => stem[..2]);
    }

    /// <summary>The languages that the list has words of.</summary>
    public List<string> Languages { get; } = [];

    /// <summary>Reads the list that is built in.</summary>
    public static InsultWords Load()
    {
        using var stream = typeof(InsultWords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not built in.");
        using var reader = new StreamReader(stream);
        return new InsultWords(reader);
    }

    /// <summary>Whether this is one of the words, in lower case.</summary>
    public bool Contains(string word) =>
        _words.Contains(word) || (word.Length > 2 && _stems[word[..2]].Any(stem => word.StartsWith(stem, StringComparison.Ordinal)));

    /// <summary>Whether one of the entries of several words is in a text of words with single spaces.</summary>
    public bool IsPhrase(string words) => _phrases.Exists(phrase => $" {words} ".Contains(phrase, StringComparison.Ordinal));

    /// <summary>Whether one of the words that are written without spaces is in a text.</summary>
    public bool IsAnywhere(string text) => _anywhere.Exists(word => text.Contains(word, StringComparison.Ordinal));
}
