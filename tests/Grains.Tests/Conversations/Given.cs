using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.Conversations;

/// <summary>The cast of the tests: Anna buys, the store's agents answer.</summary>
internal static class Given
{
    public static readonly UserId Anna = new("anna");
    public static readonly UserId Elena = new("elena");
    public static readonly StoreId Shop = new("casa-lumbre");
    public static readonly PrincipalId Buyer = PrincipalId.Of(Anna);
    public static readonly PrincipalId Store = PrincipalId.Of(Shop);
    public static readonly PrincipalId Stranger = PrincipalId.Of(new UserId("eve"));
    public static readonly ConversationId Id = ConversationId.Between(Anna, Shop);
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static ConversationState Begun(params PostMessage[] posts) => posts.Aggregate(NotBegun, (state, post) =>
        ConversationRules.Apply(state, ConversationRules.Decide(state, post, Noon.AddSeconds(state.Row.Head)).Event!));

    public static ConversationState NotBegun { get; } =
        new(new ConversationRow(Id, "Anna", "Casa Lumbre", 0, 0, 0, DateTimeOffset.UnixEpoch, null, new(), new(), null), []);

    public static Guid MessageId(int number) => new($"01890000-0000-7000-8000-{number:d12}");

    public static PostMessage FromBuyer(int id, string body = "Is it still there?", ProductCard? product = null) =>
        new(MessageId(id), Buyer, Anna, body, product);

    public static PostMessage FromStore(int id, string body = "It is.") => new(MessageId(id), Store, Elena, body);

    public static ProductCard Teapot { get; } =
        new(new ProductId("teapot"), Shop, "Tetera", new Money(3_450, "EUR"), "/art/products/teapot.svg");
}
