using System.Text.RegularExpressions;

namespace Chat.Grains.Reviews;

/// <summary>E-mail addresses, links and messengers' handles. Every pattern has bounded repeats: its cost is linear in the text.</summary>
internal static partial class ReviewTextCheck
{
    /// <summary>Ends of host names that are no words somebody may have put after a full stop without a space.</summary>
    private const string Ends = "com|net|org|ru|рф|ua|kz|pl|ro|cn|hk|tw|uk|br|mx|biz|xyz|ly|info|shop|store|online|site|app";

    /// <summary>Those that are: they need a path behind them.</summary>
    private const string WordEnds = "me|es|fr|it|de|us|co|io|by|in|to|tv|eu|gg|link|top|club|cc|su|ar|cl|at|ch|be|pt";

    private const string DotWord = "dot|точка|punto|point|kropka|punct|نقطة|点";

    private const string AtWord = "at|собака|arroba|arobase|małpa|malpa|艾特";

    private const string Messenger =
        @"(?:(?<!\p{L})(?:whats?\s?app?|wats?app?|wsp|viber|telegram+|tg|we\s?chat|weixin|vx|v信|skype|facebook|instagram|insta|qq|icq|line\s?id|kakao(?:talk)?|zalo"
        + @"|в[оа]тс?[ас]п+\p{L}{0,2}|вацап\p{L}{0,2}|вайбер\p{L}{0,2}|телеграм+\p{L}{0,2}|телег[аеуи]|тг|скайп\p{L}{0,2}|инст[аеу]|инстаграм+\p{L}{0,2}|вк|вконтакте)(?!\p{L})"
        + @"|微信|薇信|威信|واتساب|واتس|تيليجرام|تلجرام|تلغرام|انستقرام|فايبر)";

    private const string Filler = @"(?:[^\p{L}\d\n]{0,4}(?:id|nick|ник|номер|number|num|numero|número|numéro|numer|nr|no|me|on|at|is|мой|号码|号|是|رقمي|رقم|my|us|user|username))";

    /// <summary>All forms: plainly, in look-alike letters, and letter by letter.</summary>
    private static bool HasContact(string plain)
    {
        var latin = InLatin(plain);
        var together = LetterByLetter().Replace(latin, static letters => letters.Value.Replace(" ", string.Empty, StringComparison.Ordinal));
        return IsContact(latin) || (together.Length != latin.Length && IsContact(together));
    }

    private static bool IsContact(string text) =>
        Email().IsMatch(text) || SpelledEmail().IsMatch(text) || SaidEmail().IsMatch(text)
        || Link().IsMatch(text) || SpelledLink().IsMatch(text)
        || Handle().IsMatch(text) || Messaging().IsMatch(text) || NumberForMessenger().IsMatch(text);

    /// <summary>A word as an address may be written in, with dots and all.</summary>
    [GeneratedRegex(@"[\p{L}\d._@/-]+")]
    private static partial Regex MixedWord();

    /// <summary>At least four single characters with single spaces between them.</summary>
    [GeneratedRegex(@"(?<![^\s])(?:[\p{L}\d@._+/:-] ){3,}[\p{L}\d@._+/:-](?![^\s])")]
    private static partial Regex LetterByLetter();

    [GeneratedRegex(@"[\p{L}\d_.+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){0,5}\.\p{L}{2,24}")]
    private static partial Regex Email();

    /// <summary>With spaces around its signs, or with words in brackets in their place.</summary>
    [GeneratedRegex(
        @"[\p{L}\d_.+-]{1,64}(?: {0,3}@ {0,3}| {0,3}[(\[{<*] {0,2}(?:@|a|" + AtWord + @") {0,2}[)\]}>*] {0,3})[\p{L}\d-]{1,63}"
        + @"(?:\.| {1,3}\. {1,3}| {0,3}[(\[{<*]? {0,2}(?:" + DotWord + @") {0,2}[)\]}>*]? {0,3})(?:" + Ends + "|" + WordEnds + @")(?!\p{L})")]
    private static partial Regex SpelledEmail();

    /// <summary>In words alone: "name at host dot com".</summary>
    [GeneratedRegex(@"[\p{L}\d_.+-]{1,64} {1,3}(?:" + AtWord + @") {1,3}[\p{L}\d-]{1,63} {1,3}(?:" + DotWord + @") {1,3}\p{L}{2,6}(?!\p{L})")]
    private static partial Regex SaidEmail();

    [GeneratedRegex(
        @"(?<!\p{L})(?:https?|ftp|tg) ?: ?/ ?/|(?<!\p{L})www ?\. ?[\p{L}\d]"
        + @"|(?<![\p{L}\d@.-])(?:[\p{L}\d][\p{L}\d-]{0,62}\.){1,5}(?:(?:" + Ends + @")(?![\p{L}\d-])|(?:" + WordEnds + @") ?/ ?[\p{L}\d@+_-])")]
    private static partial Regex Link();

    [GeneratedRegex(
        @"[\p{L}\d-]{2,63} {0,3}(?:[(\[{] {0,2}(?:\.|" + DotWord + @") {0,2}[)\]}]| {1,2}(?:" + DotWord + @") {1,2}| {1,2}\. {0,2}) {0,2}(?:com|org|ru|ру|ком|рф)(?![\p{L}\d])")]
    private static partial Regex SpelledLink();

    [GeneratedRegex(@"(?<![\p{L}\d_.@])@(?!(?:home|work|school|night|office)\b)[a-z][a-z\d_.]{3,31}")]
    private static partial Regex Handle();

    /// <summary>A messenger, then a number or what can only be a name there; after a colon, anything in Latin letters.</summary>
    [GeneratedRegex(
        Messenger + Filler + @"{0,3}[^\p{L}\d\n]{0,4}(?:\d(?:[ ().-]{0,2}\d){4,14}|(?=[a-z\d_.-]{0,31}[\d_])[a-z][a-z\d_.-]{3,31})"
        + "|" + Messenger + Filler + @"{0,2} {0,2}[:=@] {0,2}@?[a-z][a-z\d_.-]{3,31}")]
    private static partial Regex Messaging();

    [GeneratedRegex(@"\d(?:[ ().-]{0,2}\d){5,14}[^\p{L}\d\n]{0,4}(?:(?:en|on|в|на|na|sur|pe|по|via) )?" + Messenger)]
    private static partial Regex NumberForMessenger();
}
