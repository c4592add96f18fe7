using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Grains.Tests.Storage;

/// <summary>Appends as a conversation makes them.</summary>
internal static class LogCase
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000);

    public static readonly ProductCard Lamp = new(
        new ProductId("lamp"), new StoreId("casa"), "Lámpara 灯 \"oro\"", new Money(129_900, "EUR"), "/images/lamp.svg");

    public static ConversationId Conversation(string buyer = "anna", string store = "casa") =>
        ConversationId.Between(new UserId(buyer), new StoreId(store));

    public static ConversationRow Empty(ConversationId id) =>
        new(id, id.Buyer.Value, id.Store.Value, 0, 0, 0, Start, null, new MemberMarks(), new MemberMarks(), null);

    public static Message Message(ConversationRow row, int offset, string body, Guid? id = null, bool byStore = false)
    {
        var sender = byStore ? row.StorePrincipal : row.BuyerPrincipal;
        return new Message(
            row.Head + offset, row.Change + offset, id ?? Guid.NewGuid(), sender, row.Id.Buyer, MessageKind.Text, body,
            Start.AddSeconds(row.Head + offset));
    }

    /// <summary>The append of messages by the buyer to a row.</summary>
    public static AppendRequest Append(ConversationRow row, params string[] bodies) =>
        Append(row, [.. bodies.Select((body, i) => Message(row, i + 1, body))]);

    public static AppendRequest Append(ConversationRow row, params Message[] messages) => new(
        row.Version,
        row with
        {
            Version = row.Version + 1,
            Head = row.Head + messages.Length,
            Change = row.Change + messages.Length,
            LastAt = messages.Length == 0 ? row.LastAt : messages[^1].SentAt,
            Product = messages.Select(message => message.Product).LastOrDefault(product => product is not null) ?? row.Product,
            Store = row.Store with { Unread = row.Store.Unread + messages.Count(message => !message.Sender.IsStore) },
            Buyer = row.Buyer with { Unread = row.Buyer.Unread + messages.Count(message => message.Sender.IsStore) },
        },
        messages,
        []);

    public static async Task<ConversationRow> Stored(this IConversationLog log, AppendRequest request)
    {
        var outcome = await log.Append(request);
        Assert.Equal(AppendStatus.Stored, outcome.Status);
        return request.Row;
    }

    /// <summary>A conversation of so many messages, in as few appends as may be.</summary>
    public static async Task<ConversationRow> Fill(this IConversationLog log, ConversationId id, int messages)
    {
        var row = Empty(id);
        while (row.Head < messages)
        {
            var count = (int)Math.Min(Limits.ConversationBatchMax, messages - row.Head);
            row = await log.Stored(Append(row, [.. Enumerable.Range(1, count).Select(i => $"message {row.Head + i}")]));
        }

        return row;
    }
}
