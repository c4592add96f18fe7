using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.WebFront.Demo;

/// <summary>A store as the marketplace shows it.</summary>
internal sealed record CatalogStore(
    StoreId Id, string Name, string Tagline, string Country, IReadOnlyList<string> Languages, string Image, UserId Owner, IReadOnlyList<UserId> Agents);

/// <summary>A product as the marketplace shows it.</summary>
/// <param name="Card">What conversations keep of it.</param>
/// <param name="Descriptions">By language, at least one.</param>
/// <param name="SearchText">What words are looked for in.</param>
internal sealed record CatalogProduct(ProductCard Card, IReadOnlyDictionary<string, string> Descriptions, string SearchText);

/// <summary>The marketplace's goods, as far as conversations need them. In memory: asking it never waits.</summary>
internal interface ICatalog
{
    IReadOnlyList<CatalogStore> Stores { get; }

    CatalogStore? Find(StoreId store);

    CatalogProduct? Find(ProductId product);

    /// <summary>The card of a product of this store; null when the store has none of that id.</summary>
    ProductCard? CardOf(StoreId store, ProductId product);

    /// <summary>Products that hold every word of the query, of one store or all; all of them without a query.</summary>
    IReadOnlyList<CatalogProduct> Search(string? query, StoreId? store);
}

/// <summary>The goods of the demo marketplace; nothing where demo mode is off.</summary>
internal sealed class DemoCatalog(DemoMode demo, DemoData data) : ICatalog
{
    private const int QueryCharsMax = 200;

    private readonly Dictionary<StoreId, CatalogStore> _stores = demo.IsOn ? data.Stores.ToDictionary(store => store.Id) : [];
    private readonly Dictionary<ProductId, CatalogProduct> _products = demo.IsOn ? data.Products.ToDictionary(product => product.Card.Id) : [];

    public IReadOnlyList<CatalogStore> Stores { get; } = demo.IsOn ? data.Stores : [];

    public CatalogStore? Find(StoreId store) => _stores.GetValueOrDefault(store);

    public CatalogProduct? Find(ProductId product) => _products.GetValueOrDefault(product);

    public ProductCard? CardOf(StoreId store, ProductId product) =>
        _products.TryGetValue(product, out var found) && found.Card.Store == store ? found.Card : null;

    public IReadOnlyList<CatalogProduct> Search(string? query, StoreId? store)
    {
        var text = query is { Length: > QueryCharsMax } ? query[..QueryCharsMax] : query ?? string.Empty;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. _products.Values.Where(product =>
                (store is null || product.Card.Store == store)
                && words.All(word => product.SearchText.Contains(word, StringComparison.CurrentCultureIgnoreCase))),
        ];
    }
}
