using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Auth;
using Chat.WebFront.Demo;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Api;

/// <summary>Who am I, the stores and the products: docs/protocol.md part 8.</summary>
internal static class MarketEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/me", Me).RequireAuthorization().WithSummary("The caller and the stores they work for")
            .Produces<MeWire>().Produces<RefusalWire>(401);
        api.MapGet("/stores", Stores).WithSummary("All stores").Produces<StoresWire>();
        api.MapGet("/stores/{id}", Store).WithSummary("One store with its products").Produces<StoreDetailsWire>().Produces<RefusalWire>(404);
        api.MapGet("/products", Products).WithSummary("Products, by words or by store").Produces<ProductsWire>();
        api.MapGet("/products/{id}", Product).WithSummary("One product").Produces<ProductDetailsWire>().Produces<RefusalWire>(404);
        api.MapGet("/demo", Demo).WithSummary("Ready accounts, in demo mode only").Produces<DemoWire>().Produces<RefusalWire>(404);
        api.MapFallback("{**rest}", () => Refused.Result(Refusals.NoMethod)).ExcludeFromDescription();
    }

    private static async Task<IResult> Me(HttpContext context, Memberships memberships, StaffRoles roles)
    {
        var me = TokenPrincipal.IdentityOf(context.User);
        var (name, stores) = await memberships.Of(me.User);
        return Results.Json(
            new MeWire(
                new PersonWire(me.User.Value, name ?? me.Name ?? me.User.Value),
                Memberships.ToWire(stores),
                [.. roles.Of(me).Select(OrderMapping.Name)]),
            WireJson.Rules);
    }

    private static async Task<IResult> Stores(ICatalog catalog, IGrainFactory grains) =>
        Results.Json(new StoresWire(await Task.WhenAll(catalog.Stores.Select(store => Card(store, grains)))), WireJson.Rules);

    private static async Task<IResult> Store(string id, ICatalog catalog, IGrainFactory grains)
    {
        if (!StoreId.TryParse(id, out var key) || catalog.Find(key) is not { } store)
        {
            return Refused.Result(Refusals.NoStore);
        }

        var card = await Card(store, grains);
        var products = catalog.Search(null, key).Select(product => product.Card.ToWire()).ToArray();
        return Results.Json(
            new StoreDetailsWire(card.Id, card.Name, card.Tagline, card.Country, card.Languages, card.Image, card.Presence, card.ReplyTime, card.Rating, products),
            WireJson.Rules);
    }

    private static async Task<IResult> Products(HttpContext context, string? q, string? store, string? lang, ICatalog catalog, IGrainFactory grains)
    {
        StoreId? only = null;
        if (!string.IsNullOrEmpty(store))
        {
            if (!StoreId.TryParse(store, out var id) || catalog.Find(id) is null)
            {
                return Refused.Result(Refusals.NoStore);
            }

            only = id;
        }

        var found = catalog.Search(q, only);
        var cards = new Dictionary<StoreId, Task<StoreCardWire>>();
        foreach (var seller in found.Select(product => product.Card.Store).Distinct())
        {
            cards[seller] = Card(catalog.Find(seller)!, grains);
        }

        await Task.WhenAll(cards.Values);
        var wanted = WantedLanguages.Of(lang, context.Request);
        var products = new List<ProductDetailsWire>();
        foreach (var product in found)
        {
            products.Add(Details(product, wanted, await cards[product.Card.Store]));
        }

        WantedLanguages.Tell(context.Response, products.Select(product => product.DescriptionLang));
        return Results.Json(new ProductsWire(products), WireJson.Rules);
    }

    private static async Task<IResult> Product(HttpContext context, string id, string? lang, ICatalog catalog, IGrainFactory grains)
    {
        if (!ProductId.TryParse(id, out var key) || catalog.Find(key) is not { } product)
        {
            return Refused.Result(Refusals.NoProduct);
        }

        var details = Details(product, WantedLanguages.Of(lang, context.Request), await Card(catalog.Find(product.Card.Store)!, grains));
        WantedLanguages.Tell(context.Response, [details.DescriptionLang]);
        return Results.Json(details, WireJson.Rules);
    }

    private static IResult Demo(DemoMode demo, DemoData data) =>
        demo.IsOn ? Results.Json(data.Accounts, WireJson.Rules) : Refused.Result(new ChatError(ErrorCode.UnknownMethod, "This is no demo."));

    private static ProductDetailsWire Details(CatalogProduct product, WantedLanguages wanted, StoreCardWire store)
    {
        var card = product.Card.ToWire();
        var lang = wanted.Choose(product.Descriptions);
        return new ProductDetailsWire(card.Id, card.Store, card.Title, card.Price, card.Image, product.Descriptions[lang], lang, store);
    }

    private static async Task<StoreCardWire> Card(CatalogStore store, IGrainFactory grains)
    {
        var grain = grains.Presence(store.Id);
        var presence = grain.Get();
        var badge = grain.ReplyTime();
        var rating = grains.Rating(store.Id).Get();
        await Task.WhenAll(presence, badge, rating);
        return new StoreCardWire(
            store.Id.Value,
            store.Name,
            store.Tagline,
            store.Country,
            store.Languages,
            store.Image,
            (await presence).ToWire(),
            (await badge).ToWire(),
            (await rating).ToWire());
    }
}
