using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Conversations;

/// <summary>One member's side of a conversation.</summary>
/// <param name="Delivered">Highest seq that reached one of the member's devices.</param>
/// <param name="Read">Highest seq the member has seen.</param>
/// <param name="Unread">Messages of others after <paramref name="Read"/>; exact, never capped here.</param>
[GenerateSerializer, Immutable, Alias("MemberMarks")]
public sealed record MemberMarks(
    [property: Id(0)] long Delivered = 0,
    [property: Id(1)] long Read = 0,
    [property: Id(2)] long Unread = 0);

/// <summary>
/// All of a conversation but its messages: the row that each append replaces whole, fenced by <see cref="Version"/>.
/// </summary>
/// <param name="Id">The conversation.</param>
/// <param name="BuyerName">The buyer's display name when the conversation began.</param>
/// <param name="StoreName">The store's name when the conversation began.</param>
/// <param name="Version">Appends so far. An append names the version it saw; any other activation's append moves it.</param>
/// <param name="Head">The newest seq; 0 before the first message.</param>
/// <param name="Change">The change counter.</param>
/// <param name="LastAt">When the newest message was sent.</param>
/// <param name="WaitingSince">When the buyer's oldest unanswered message was sent; null when the store answered last.</param>
/// <param name="Buyer">The buyer's marks.</param>
/// <param name="Store">The store's marks, common to all its agents.</param>
/// <param name="Product">The newest product card.</param>
[GenerateSerializer, Immutable, Alias("ConversationRow")]
public sealed record ConversationRow(
    [property: Id(0)] ConversationId Id,
    [property: Id(1)] string BuyerName,
    [property: Id(2)] string StoreName,
    [property: Id(3)] long Version,
    [property: Id(4)] long Head,
    [property: Id(5)] long Change,
    [property: Id(6)] DateTimeOffset LastAt,
    [property: Id(7)] DateTimeOffset? WaitingSince,
    [property: Id(8)] MemberMarks Buyer,
    [property: Id(9)] MemberMarks Store,
    [property: Id(10)] ProductCard? Product)
{
    /// <summary>The buyer as a principal.</summary>
    public PrincipalId BuyerPrincipal => PrincipalId.Of(Id.Buyer);

    /// <summary>The store as a principal.</summary>
    public PrincipalId StorePrincipal => PrincipalId.Of(Id.Store);

    /// <summary>Whether <paramref name="principal"/> takes part.</summary>
    public bool IsMember(PrincipalId principal) => Id.IsBuyer(principal) || Id.IsStore(principal);

    /// <summary>The marks of a member.</summary>
    public MemberMarks MarksOf(PrincipalId member) => member.IsStore ? Store : Buyer;
}

/// <summary>A conversation as the list and the head of a thread show it, to one of its members.</summary>
[GenerateSerializer, Immutable, Alias("ConversationSummary")]
public sealed record ConversationSummary(
    [property: Id(0)] ConversationRow Row,
    [property: Id(1)] Message? Last);
