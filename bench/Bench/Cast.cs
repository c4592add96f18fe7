using System.Globalization;

namespace Chat.Bench;

/// <summary>Who talks. Shops and their owners are those of the demo marketplace; buyers are people of the bench's own issuer.</summary>
internal static class Cast
{
    /// <summary>Shop and owner. Only the owner connects: a store's messages go to every connected agent.</summary>
    public static readonly (string Store, string Owner)[] Stores =
    [
        ("casa-lumbre", "elena-navarro"),
        ("atelier-garance", "garance-moreau"),
        ("jantar-gdansk", "lukasz-wisniewski"),
        ("lana-apuseni", "ana-popescu"),
        ("lesnaya-igrushka", "dmitri-orlov"),
        ("yunwu-tea", "li-na"),
        ("lumen-audio", "wang-lei"),
        ("bayt-al-bahar", "omar-rashid"),
        ("fanous-cairo", "layla-haddad"),
        ("northway-cycles", "tom-hargreaves"),
    ];

    public static string Buyer(int index) => "bench-buyer-" + index.ToString("D5", CultureInfo.InvariantCulture);

    /// <summary>Stores of their own, each with one agent, and <see cref="Team"/> with <see cref="TeamMax"/>: fill/stores.sql puts them into our database.</summary>
    public const int BenchStoresMax = 100;

    public const string Team = "bench-team";

    public const int TeamMax = 200;

    public static string BenchStore(int index) => "bench-store-" + index.ToString("D3", CultureInfo.InvariantCulture);

    public static string BenchOwner(int index) => "bench-owner-" + index.ToString("D3", CultureInfo.InvariantCulture);

    public static string TeamAgent(int index) => "bench-agent-" + index.ToString("D3", CultureInfo.InvariantCulture);

    /// <summary>Who a buyer talks to on a peer that gives each of them a partner of their own.</summary>
    public static string Partner(int index) => "bench-partner-" + index.ToString("D5", CultureInfo.InvariantCulture);
}
