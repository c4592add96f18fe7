using Chat.Grains.Shared;

namespace Chat.WebFront.Tests.Support;

/// <summary>One front end for the tests of a class; every test uses people and stores of its own.</summary>
public sealed class FrontFixture : IAsyncLifetime
{
    private static int last;

    private readonly Data _data = new();

    internal Front Front { get; private set; } = null!;

    /// <summary>A name no other test uses.</summary>
    internal static string Unique(string stem) => $"{stem}-{Interlocked.Increment(ref last)}";

    public async Task InitializeAsync() => Front = await Front.Start(_data);

    public async Task DisposeAsync()
    {
        await Front.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>A buyer, a seller with a store, and their conversation's id.</summary>
    internal async Task<Pair> NewPair()
    {
        var buyer = await Front.Register(Unique("buyer"));
        var seller = await Front.Register(Unique("seller"));
        var store = await Front.Open(Unique("store"), seller.Id);
        return new Pair(buyer, seller, store, ConversationId.Between(buyer.Id, store).Value);
    }
}

/// <summary>Two people who may talk.</summary>
internal sealed record Pair(Person Buyer, Person Seller, StoreId Store, string Conversation);
