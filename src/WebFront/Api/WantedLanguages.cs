using Microsoft.Net.Http.Headers;

namespace Chat.WebFront.Api;

/// <summary>
/// The languages a request asks for, most wanted first: <c>?lang=</c>, then <c>Accept-Language</c>, then English. Compared
/// by their main part, so that <c>es-MX</c> is served Spanish.
/// </summary>
internal sealed class WantedLanguages
{
    private const string Default = "en";

    /// <summary>No browser asks for more, and a header may be long.</summary>
    private const int LanguagesMax = 20;

    private readonly List<string> _wanted;

    private WantedLanguages(List<string> wanted) => _wanted = wanted;

    public static WantedLanguages Of(string? lang, HttpRequest request)
    {
        var accepted = StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var values) ? values : [];
        return new WantedLanguages(
        [
            .. lang is null ? Array.Empty<string>() : [MainPart(lang)],
            .. accepted.Where(value => value.Quality is not 0).OrderByDescending(value => value.Quality ?? 1).Select(value => MainPart(value.Value.Value!)).Take(LanguagesMax),
            Default,
        ]);
    }

    /// <summary>The first wanted language that a text exists in; any of its languages when there is none.</summary>
    public string Choose(IReadOnlyDictionary<string, string> texts) =>
        _wanted.Find(texts.ContainsKey) ?? texts.Keys.Order(StringComparer.Ordinal).First();

    /// <summary>Tells caches and readers which languages were chosen, and by what.</summary>
    public static void Tell(HttpResponse response, IEnumerable<string> chosen)
    {
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        var languages = string.Join(", ", chosen.Distinct().Order(StringComparer.Ordinal));
        if (languages.Length > 0)
        {
            response.Headers.ContentLanguage = languages;
        }
    }

    private static string MainPart(string tag) => tag.Split('-')[0].ToLowerInvariant();
}
