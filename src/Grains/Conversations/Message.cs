using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Grains.Conversations;

/// <summary>What a message is.</summary>
public enum MessageKind
{
    /// <summary>Written by a person.</summary>
    Text = 0,

    /// <summary>Posted by the system: a notice.</summary>
    System = 1,
}

/// <summary>A product as it was when the message was sent; later changes of the product do not reach it.</summary>
[GenerateSerializer, Immutable, Alias("ProductCard")]
public sealed record ProductCard(
    [property: Id(0)] ProductId Id,
    [property: Id(1)] StoreId Store,
    [property: Id(2)] string Title,
    [property: Id(3)] Money Price,
    [property: Id(4)] string Image);

/// <summary>One message of a conversation, as every reader sees it.</summary>
/// <param name="Seq">Place in the conversation, gapless from 1, never changes.</param>
/// <param name="Change">The conversation's change counter at this message's latest version.</param>
/// <param name="Id">Made by the client; unique for each sender in a conversation.</param>
/// <param name="Sender">The principal that wrote it, or <see cref="PrincipalId.System"/>.</param>
/// <param name="By">The person who wrote it; empty in a notice that no person caused.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Body">The text, at most <see cref="Limits.BodyCodePointsMax"/> code points.</param>
/// <param name="SentAt">When the server accepted it, to the millisecond.</param>
/// <param name="Product">The product it is about, frozen.</param>
/// <param name="Notice">What a system message tells of an order.</param>
[GenerateSerializer, Immutable, Alias("Message")]
public sealed record Message(
    [property: Id(0)] long Seq,
    [property: Id(1)] long Change,
    [property: Id(2)] Guid Id,
    [property: Id(3)] PrincipalId Sender,
    [property: Id(4)] UserId By,
    [property: Id(5)] MessageKind Kind,
    [property: Id(6)] string Body,
    [property: Id(7)] DateTimeOffset SentAt,
    [property: Id(8)] ProductCard? Product = null,
    [property: Id(9)] OrderNotice? Notice = null)
{
    /// <summary>Without what people wrote: hosts log whole calls where they cannot deliver one.</summary>
    public override string ToString() => $"Message {Seq} of {Sender}, {Id}";
}

/// <summary>How far one member has got. Both marks only rise and never pass the head; reading implies delivery.</summary>
[GenerateSerializer, Immutable, Alias("Receipt")]
public sealed record Receipt(
    [property: Id(0)] PrincipalId Member,
    [property: Id(1)] long Delivered,
    [property: Id(2)] long Read);
