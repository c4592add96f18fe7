using System.Text.Json;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Demo;

internal sealed record DemoPerson(UserId Id, string DisplayName);

internal sealed record DemoPeople(string DemoPassword, IReadOnlyList<DemoPerson> People);

internal sealed record DemoProduct(
    ProductId Id, StoreId Store, string Title, IReadOnlyDictionary<string, string> Description, Money Price, string Image, IReadOnlyList<string> Tags);

internal sealed record DemoAccount(UserId User, string Role, string Label, StoreId? Store);

internal sealed record DemoMessage(string From, int MinutesAfterStart, string Body, ProductId? Product);

internal sealed record DemoConversation(
    UserId Buyer,
    StoreId Store,
    ProductId? Product,
    int StartedMinutesAgo,
    IReadOnlyList<DemoMessage> Messages,
    int ReadByBuyer,
    int ReadByStore);

/// <summary>The demo marketplace as it lies in the assembly; see Demo/README.md. Read when first asked for.</summary>
internal sealed class DemoData
{
    private readonly Lazy<DemoPeople> _people = new(() => Read<DemoPeople>("people"));
    private readonly Lazy<List<CatalogStore>> _stores = new(() => Read<List<CatalogStore>>("stores"));
    private readonly Lazy<List<CatalogProduct>> _products = new(() => [.. Read<List<DemoProduct>>("products").Select(ToCatalog)]);
    private readonly Lazy<List<DemoConversation>> _conversations = new(() => Read<List<DemoConversation>>("conversations"));
    private readonly Lazy<List<DemoOrder>> _orders = new(() => Read<List<DemoOrder>>("orders"));
    private readonly Lazy<List<DemoPurchase>> _purchases = new(() => Read<List<DemoPurchase>>("reviews"));
    private readonly Lazy<DemoWire> _accounts;

    public DemoData() => _accounts = new Lazy<DemoWire>(ReadAccounts);

    public DemoPeople People => _people.Value;

    public IReadOnlyList<CatalogStore> Stores => _stores.Value;

    public IReadOnlyList<CatalogProduct> Products => _products.Value;

    public IReadOnlyList<DemoConversation> Conversations => _conversations.Value;

    public IReadOnlyList<DemoOrder> Orders => _orders.Value;
    public IReadOnlyList<DemoPurchase> Purchases => _purchases.Value;

    /// <summary>The ready accounts of the sign-in page.</summary>
    public DemoWire Accounts => _accounts.Value;

    private DemoWire ReadAccounts()
    {
        var names = People.People.ToDictionary(person => person.Id, person => person.DisplayName);
        return new DemoWire(
        [
            .. Read<List<DemoAccount>>("accounts")
                .Select(account => new DemoAccountWire(
                    account.User.Value, names[account.User], People.DemoPassword, account.Role, account.Label, account.Store?.Value)),
        ]);
    }

    private static CatalogProduct ToCatalog(DemoProduct product) => new(
        new ProductCard(product.Id, product.Store, product.Title, product.Price, product.Image),
        product.Description,
        string.Join(' ', [product.Title, .. product.Description.Values, .. product.Tags]));

    private static T Read<T>(string name)
    {
        using var stream = typeof(DemoData).Assembly.GetManifestResourceStream($"demo.{name}.json")
            ?? throw new InvalidOperationException($"The demo file {name}.json is missing from the build.");
        return JsonSerializer.Deserialize<T>(stream, JsonSerializerOptions.Web) ?? throw new InvalidOperationException($"The demo file {name}.json is empty.");
    }
}
