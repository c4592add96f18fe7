using Chat.Grains.Conversations;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;
using Chat.Grains.Stores;

namespace Chat.WebFront.Wire;

/// <summary>The only code that turns what grains say into what clients read.</summary>
internal static class Mapping
{
    public static long ToWire(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static ErrorWire ToWire(this ChatError error) => new(
        (int)error.Code,
        ErrorNames.Of(error.Code),
        error.Message,
        error.IsTemporary,
        error.RetryAfter is { } after ? (long)Math.Ceiling(after.TotalMilliseconds) : null,
        error.Limit);

    public static RefusalWire ToReply(this ChatError error) => new(Visible(error).ToWire());

    public static ProductWire ToWire(this ProductCard card) =>
        new(card.Id.Value, card.Store.Value, card.Title, card.Price.ToWire(), card.Image);

    public static MessageWire ToWire(this Message message) => new(
        message.Seq,
        message.Change,
        message.Id.ToString("D"),
        message.Sender.Value,
        message.By.Value,
        message.Kind == MessageKind.System ? "system" : "text",
        message.Body,
        message.SentAt.ToWire(),
        message.Product?.ToWire(),
        message.Notice?.ToWire());

    public static MessageWire[] ToWire(this IReadOnlyList<Message> messages)
    {
        var wire = new MessageWire[messages.Count];
        for (var i = 0; i < wire.Length; i++)
        {
            wire[i] = messages[i].ToWire();
        }

        return wire;
    }

    /// <summary>A conversation as one of its members sees it.</summary>
    public static SummaryWire ToWire(this ConversationSummary summary, PrincipalId reader)
    {
        var row = summary.Row;
        return new SummaryWire(
            row.Id.Value,
            new PersonWire(row.Id.Buyer.Value, row.BuyerName),
            new PersonWire(row.Id.Store.Value, row.StoreName),
            row.Head,
            row.Change,
            summary.Last?.ToWire(),
            row.LastAt.ToWire(),
            Math.Min(row.MarksOf(reader).Unread, Limits.UnreadMax),
            row.WaitingSince?.ToWire(),
            [Receipt(row.BuyerPrincipal, row.Buyer), Receipt(row.StorePrincipal, row.Store)],
            row.Product?.ToWire());
    }

    /// <summary>A statement nobody keeps an eye on: it holds as long as the store's leases.</summary>
    public static PresenceWire ToWire(this PresenceView view) => view.ToWire(view.Until);

    /// <summary>A statement that holds until <paramref name="until"/>, because this front end tells what changes before.</summary>
    public static PresenceWire ToWire(this PresenceView view, DateTimeOffset until) => new(
        view.Store.Value,
        view.Status switch { PresenceStatus.Online => "online", PresenceStatus.Away => "away", _ => "offline" },
        view.LastSeen?.ToWire(),
        Math.Min(until.ToWire(), (1L << 53) - 1));

    public static StoreWire ToWire(this StoreAgent agent, StoreProfile store) =>
        new(store.Id.Value, store.Name, agent.Role == StoreRole.Owner ? "owner" : "agent", agent.OnDuty);

    public static UnreadWire ToWire(this UnreadTotals totals) => new(totals.Messages, totals.Conversations);

    public static ReplyTimeWire? ToWire(this ReplyBadge? badge) =>
        badge is { Median: { } median } ? new ReplyTimeWire(badge.Share, (long)median.TotalMilliseconds, badge.Sample) : null;

    public static RatingWire ToWire(this StoreRating rating) => new(
        [rating.Stars.One, rating.Stars.Two, rating.Stars.Three, rating.Stars.Four, rating.Stars.Five],
        rating.Stars.Total,
        rating.Positive,
        rating.Minimum,
        rating.Months);

    /// <summary>Whether somebody is an agent is nobody else's business.</summary>
    private static ChatError Visible(ChatError error) => error.Code == ErrorCode.NotAnAgent ? Refusals.NoStore : error;

    private static ReceiptWire Receipt(PrincipalId member, MemberMarks marks) => new(member.Value, marks.Delivered, marks.Read);
}
