using System.Text.RegularExpressions;
using Chat.Grains.Orders;

namespace Chat.Grains.Reviews;

/// <summary>
/// Telephone numbers and payment cards among all the other numbers of a review: orders, parcels, prices, sizes, dates. Numbers
/// are looked at as runs of digit groups with little between them.
/// </summary>
internal static partial class ReviewTextCheck
{
    /// <summary>Digits that one telephone number may have, without the plus.</summary>
    private const int PhoneDigitsMin = 9;
    private const int PhoneDigitsMax = 13;

    /// <summary>Digits of payment cards.</summary>
    private const int CardDigitsMin = 13;
    private const int CardDigitsMax = 19;

    private enum Nearby
    {
        Nothing,
        Phone,
        Code,
    }

    private static bool HasNumber(string plain, OrderId order)
    {
        var text = LookAlikeDigits().Replace(plain, static letters => string.Concat(letters.Value.Select(DigitLike)));
        text = DateOrTime().Replace(text, static date => new string(',', date.Length));
        foreach (Match run in DigitRun().Matches(text))
        {
            if (Tells(text, run, order))
            {
                return true;
            }
        }

        return false;
    }

    private static char DigitLike(char letter) => letter switch
    {
        'o' or 'о' or 'ο' => '0',
        'з' => '3',
        _ => '1',
    };

    private static bool Tells(string text, Match run, OrderId order)
    {
        var groups = Digits().Matches(run.Value).Select(static group => group.Value).ToArray();
        var digits = string.Concat(groups);
        if (digits == order.Value || digits.All(digit => digit == digits[0]))
        {
            return false;
        }

        var near = Before(text[..run.Index]);
        if (near == Nearby.Code || (near == Nearby.Nothing && (IsPartOfCode(text, run) || IsMeasured(text, run))))
        {
            return false;
        }

        if (Windows(groups, CardDigitsMin, CardDigitsMax).Any(window => IsCard(window.Digits) && window.Digits != order.Value))
        {
            return true;
        }

        if (run.Value[0] == '+' || (near == Nearby.Phone && digits.Length <= CardDigitsMin))
        {
            return digits.Length is >= 7 and <= 15;
        }

        return IsPhone(run.Value, groups, digits) || (groups.Length > 1 && digits.Length > PhoneDigitsMax
            && Windows(groups, PhoneDigitsMin, PhoneDigitsMax).Any(window => window.Digits != order.Value && !IsList(window.Groups)));
    }

    private static bool IsPhone(string run, string[] groups, string digits)
    {
        if (IsList(groups) || (groups.Length == 2 && run.Contains('.', StringComparison.Ordinal)))
        {
            return false;
        }

        return digits.Length switch
        {
            7 => groups is [{ Length: 3 }, { Length: 2 }, { Length: 2 }],
            >= PhoneDigitsMin and <= PhoneDigitsMax => true,
            14 or 15 => digits.StartsWith("00", StringComparison.Ordinal),
            _ => false,
        };
    }

    /// <summary>Sizes, years, counting: steps of one width, or ever more or ever less, in groups of one width as telephones seldom have.</summary>
    private static bool IsList(string[] groups)
    {
        if (groups.Length < 3 || groups[0][0] == '0' || groups.Any(static group => group.Length > 9))
        {
            return false;
        }

        var numbers = groups.Select(static group => long.Parse(group, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var steps = numbers.Zip(numbers.Skip(1), static (one, next) => next - one).ToArray();
        return steps.All(step => step == steps[0])
            || ((groups.All(static group => group.Length <= 2) || groups.All(static group => group.Length == 4))
                && (steps.All(static step => step >= 0) || steps.All(static step => step <= 0)));
    }

    /// <summary>Luhn's check digit and a first digit of the card networks; 14 and 15 digits only as those networks use them.</summary>
    private static bool IsCard(string digits)
    {
        if (digits[0] is < '2' or > '6' || (digits.Length is 14 or 15 && digits[0] != '3'))
        {
            return false;
        }

        var sum = 0;
        for (var at = 0; at < digits.Length; at++)
        {
            var digit = digits[^(at + 1)] - '0';
            sum += at % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }

    /// <summary>Neighbouring groups that together have so many digits.</summary>
    private static IEnumerable<(string Digits, string[] Groups)> Windows(string[] groups, int min, int max)
    {
        for (var first = 0; first < groups.Length; first++)
        {
            var length = 0;
            for (var last = first; last < groups.Length && (length += groups[last].Length) <= max; last++)
            {
                if (length >= min)
                {
                    var window = groups[first..(last + 1)];
                    yield return (string.Concat(window), window);
                }
            }
        }
    }

    /// <summary>What the nearest telling word before a number says it is, within its sentence.</summary>
    private static Nearby Before(string text)
    {
        var sentence = text[(text.LastIndexOfAny(['\n', '!', '?', ';']) + 1)..];
        var stop = sentence.LastIndexOf(". ", StringComparison.Ordinal);
        sentence = stop >= 0 && sentence.LastIndexOf("tel. ", StringComparison.Ordinal) != stop - 3
            && sentence.LastIndexOf("тел. ", StringComparison.Ordinal) != stop - 3 ? sentence[(stop + 2)..] : sentence;
        if (sentence.TrimEnd(' ', ':').EndsWith('#'))
        {
            return Nearby.Code;
        }

        var last = sentence.Length <= 16 ? sentence : sentence[^16..];
        foreach (var word in Word().Matches(sentence).Reverse().Take(3))
        {
            if (PhoneWord().IsMatch(word.Value))
            {
                return Nearby.Phone;
            }

            if (CodeWord().IsMatch(word.Value))
            {
                return Nearby.Code;
            }
        }

        return ChineseCode().IsMatch(last) ? Nearby.Code : ChinesePhone().IsMatch(last) ? Nearby.Phone : Nearby.Nothing;
    }

    /// <summary>Latin letters right at it, as parcels' numbers and models have.</summary>
    private static bool IsPartOfCode(string text, Match run)
    {
        var end = run.Index + run.Length;
        return (run.Index > 0 && char.IsAsciiLetter(text[run.Index - 1]))
            || (end < text.Length && char.IsAsciiLetter(text[end]) && !Unit().IsMatch(text[end..]));
    }

    private static bool IsMeasured(string text, Match run) =>
        Unit().IsMatch(text[(run.Index + run.Length)..]) || Currency().IsMatch(text[..run.Index]);

    /// <summary>At most two letters that look like digits, between digits.</summary>
    [GeneratedRegex(@"(?<=\d)[oоοliі|з]{1,2}(?=\d)")]
    private static partial Regex LookAlikeDigits();

    [GeneratedRegex(
        @"(?<![\d])(?<!\d[./-])(?:(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|[12]\d|3[01])[./-](?:19|20)?\d{2}|(?:19|20)\d{2}[./-](?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|[12]\d|3[01]))(?![./-]?\d)"
        + @"|(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])")]
    private static partial Regex DateOrTime();

    /// <summary>Groups of digits with up to three signs between them, as telephone numbers are written; a full stop with a space ends a sentence.</summary>
    [GeneratedRegex(@"\+?\(?\d(?:(?!\. )[ ().*_~·-]{0,3}\d)*")]
    private static partial Regex DigitRun();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\p{L}[\p{L}'-]*")]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^(?:tel|tél|tfno|telf|phone|telephone|téléphone|cell|cel|mobile|mobil|movil|móvil|celular|portable|call|sms|dial|fax"
        + @"|tel[eé]fon\p{L}*|ll[aá]m\p{L}*|appel\p{L}*|(?:za)?dzwo[nń]\p{L}*|kom[oó]rk\p{L}*|sun[aăi]\p{L}*"
        + @"|тел|телефон\p{L}*|моб|мобильн\p{L}*|(?:по|пере)?звон\p{L}*|смс|whatsapp|viber|telegram|wechat|в[оа]тс?ап\p{L}*|вайбер\p{L}*|телеграм\p{L}*"
        + @"|هاتف\p{L}*|الهاتف|جوال\p{L}*|الجوال|موبايل|اتصل\p{L}*|واتساب)$")]
    private static partial Regex PhoneWord();

    [GeneratedRegex(
        @"^(?:order(?:s|ed|id)?|ref|reference|sku|art|article|articulo|artículo|item|model\p{L}*|serial|imei|ean|upc|isbn|barcode|lot|batch|invoice|track(?:ing)?|parcel|package|shipment|awb"
        + @"|pedidos?|seguimiento|referencia|factura|factur[eéă]\p{L}*|commandes?|suivi|colis|zamówieni\p{L}*|zamowieni\p{L}*|przesył\p{L}*|paczk\p{L}*|comen[zd]\p{L}*|comand\p{L}*|colet\p{L}*"
        + @"|заказ\p{L}*|артикул\p{L}*|арт|трек\p{L}*|трэк\p{L}*|накладн\p{L}*|посылк\p{L}*|отправлени\p{L}*|штрихкод\p{L}*|серийн\p{L}*|модел\p{L}*|парти[яи]|счет|счёт"
        + @"|طلب\p{L}*|الطلب\p{L}*|شحن\p{L}*|الشحن\p{L}*|تتبع|التتبع)$")]
    private static partial Regex CodeWord();

    [GeneratedRegex("订单|单号|快递|运单|货号|编号|型号|条码")]
    private static partial Regex ChineseCode();

    [GeneratedRegex("电话|手机|致电|联系|打给|微信")]
    private static partial Regex ChinesePhone();

    [GeneratedRegex(
        @"^ ?(?:[₽€$£¥₴₸₺₹%]|(?:руб\p{L}*|р\.|zł|pln|eur\p{L}*|usd|lei|ron|rub|uah|kzt|sar|aed|cny|rmb|dollars?|доллар\p{L}*|евро|тенге|грн|pesos?|mm|cm|km|мм|см|кг|kg|гр|ml|мл|mah|мач|gb|гб|tb|тб|mb|мб|hz|px|шт|pcs)(?!\p{L})|元|块|ريال|درهم)")]
    private static partial Regex Unit();

    [GeneratedRegex(@"[₽€$£¥₴₸] ?\(?$")]
    private static partial Regex Currency();
}
