using Chat.Grains.Conversations;
using Chat.Grains.Shared;

namespace Chat.Bench.Micro;

/// <summary>A conversation as it mostly is: under way, its tail full.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    public static readonly UserId Anna = new("anna");
    public static readonly string Body = new('x', 120);

    public static ConversationState UnderWay(string buyer = "anna")
    {
        var id = ConversationId.Between(new UserId(buyer), new StoreId("casa-lumbre"));
        var state = new ConversationState(new ConversationRow(id, "Anna", "Casa Lumbre", 0, 0, 0, Noon, null, new(), new(), null), []);
        for (var i = 0; i < Limits.ConversationTailMax; i++)
        {
            state = ConversationRules.Apply(state, ConversationRules.Decide(state, Post(state), Noon.AddSeconds(i)).Event!);
        }

        return state;
    }

    /// <summary>The buyer's next message.</summary>
    public static PostMessage Post(ConversationState state) =>
        new(Guid.CreateVersion7(), state.Row.BuyerPrincipal, state.Row.Id.Buyer, Body, null);

    public static Message Message { get; } = UnderWay().Last!;
}
