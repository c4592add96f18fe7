using System.Text.Json.Nodes;

namespace Chat.WebFront.Wire;

// Answers of the REST side, docs/protocol.md part 8. Their errors are RefusalWire, as on the hub.

internal sealed record SessionWire(string Token, long ExpiresAt, PersonWire User);

internal sealed record MeWire(PersonWire User, IReadOnlyList<StoreWire> Stores, IReadOnlyList<string> Roles);

internal sealed record DemoAccountWire(string Name, string DisplayName, string Password, string Role, string Label, string? Store);

internal sealed record DemoWire(IReadOnlyList<DemoAccountWire> Accounts);

internal sealed record ReplyTimeWire(double Share, long MedianMs, int Sample);

internal sealed record RatingWire(IReadOnlyList<long> Stars, long Count, double? Positive, int Minimum, int Months);

internal record StoreCardWire(
    string Id,
    string Name,
    string Tagline,
    string Country,
    IReadOnlyList<string> Languages,
    string Image,
    PresenceWire Presence,
    ReplyTimeWire? ReplyTime,
    RatingWire Rating);

internal sealed record StoreDetailsWire(
    string Id,
    string Name,
    string Tagline,
    string Country,
    IReadOnlyList<string> Languages,
    string Image,
    PresenceWire Presence,
    ReplyTimeWire? ReplyTime,
    RatingWire Rating,
    IReadOnlyList<ProductWire> Products) : StoreCardWire(Id, Name, Tagline, Country, Languages, Image, Presence, ReplyTime, Rating);

internal sealed record StoresWire(IReadOnlyList<StoreCardWire> Stores);

internal sealed record ProductDetailsWire(
    string Id,
    string Store,
    string Title,
    MoneyWire Price,
    string Image,
    string Description,
    string DescriptionLang,
    StoreCardWire StoreCard);

internal sealed record ProductsWire(IReadOnlyList<ProductDetailsWire> Products);

internal sealed record PolicyFigureWire(
    string Name, JsonValue Value, JsonValue Default, JsonValue? Min, JsonValue? Max, string Unit, string Description);

internal sealed record PolicyWire(IReadOnlyList<PolicyFigureWire> Policy);
