using System.Security.Cryptography;
using System.Text;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.WebFront.Demo;

/// <summary>A demo conversation as the log stores it: back-dated messages, marks and answered questions.</summary>
internal static class DemoHistory
{
    /// <summary>The appends of a conversation, in order; each starts where the one before ended.</summary>
    public static IEnumerable<AppendRequest> Of(DemoConversation conversation, DemoData data, DateTimeOffset now)
    {
        var id = ConversationId.Between(conversation.Buyer, conversation.Store);
        var messages = Messages(conversation, id, data, now.AddMinutes(-conversation.StartedMinutesAgo));
        var row = new ConversationRow(
            id,
            data.People.People.First(person => person.Id == conversation.Buyer).DisplayName,
            data.Stores.First(store => store.Id == conversation.Store).Name,
            Version: 0, Head: 0, Change: 0, LastAt: default, WaitingSince: null, new MemberMarks(), new MemberMarks(), Product: null);
        foreach (var part in messages.Chunk(Limits.ConversationBatchMax))
        {
            var replies = new List<ReplyRecord>();
            foreach (var message in part)
            {
                if (message.Sender.IsStore && row.WaitingSince is { } asked)
                {
                    replies.Add(new ReplyRecord(asked, message.SentAt, message.Seq));
                }

                row = row with
                {
                    Head = message.Seq,
                    Change = message.Change,
                    LastAt = message.SentAt,
                    WaitingSince = message.Sender.IsStore ? null : row.WaitingSince ?? message.SentAt,
                    Product = message.Product ?? row.Product,
                };
            }

            row = row with
            {
                Version = row.Version + 1,
                Buyer = Marks(row.BuyerPrincipal, conversation.ReadByBuyer, row.Head, messages),
                Store = Marks(row.StorePrincipal, conversation.ReadByStore, row.Head, messages),
            };
            yield return new AppendRequest(row.Version - 1, row, part, replies);
        }
    }

    private static List<Message> Messages(DemoConversation conversation, ConversationId id, DemoData data, DateTimeOffset start)
    {
        var products = data.Products.ToDictionary(product => product.Card.Id, product => product.Card);
        var started = DateTimeOffset.FromUnixTimeMilliseconds(start.ToUnixTimeMilliseconds());
        var messages = new List<Message>(conversation.Messages.Count);
        foreach (var written in conversation.Messages)
        {
            var seq = messages.Count + 1;
            var product = written.Product ?? (seq == 1 ? conversation.Product : null);
            var byBuyer = written.From == "buyer";
            messages.Add(new Message(
                seq,
                Change: seq,
                IdOf(id, seq),
                byBuyer ? PrincipalId.Of(conversation.Buyer) : PrincipalId.Of(conversation.Store),
                byBuyer ? conversation.Buyer : new UserId(written.From),
                MessageKind.Text,
                written.Body,
                started.AddMinutes(written.MinutesAfterStart),
                product is { } card ? products[card] : null));
        }

        return messages;
    }

    private static MemberMarks Marks(PrincipalId member, int readUpTo, long head, List<Message> messages)
    {
        var read = Math.Min(readUpTo, head);
        return new MemberMarks(
            Delivered: read,
            read,
            Unread: messages.Count(message => message.Seq > read && message.Seq <= head && message.Sender != member));
    }

    /// <summary>The same at every start, so that a half-finished seeding is continued and not doubled.</summary>
    private static Guid IdOf(ConversationId id, int seq) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"demo {id} {seq}")).AsSpan(0, 16));
}
