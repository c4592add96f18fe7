using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Rehearsals;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Demo;

internal sealed record DemoWords(int DaysLater, string Text, UserId? By);

internal sealed record DemoReview(ProductId Product, int Stars, string? Text, DemoWords? FollowUp, DemoWords? Reply);

internal sealed record DemoPurchase(UserId Buyer, StoreId Store, int CompletedDaysAgo, IReadOnlyList<DemoReview> Reviews);

/// <summary>
/// Makes the purchases of the last months and what people said of them, by the commands they would have come about by, each at its
/// time. Ids are the same at every start, so that a half-finished seeding is continued and nothing is done twice.
/// </summary>
internal sealed partial class DemoReviews
{
    private static readonly TimeSpan OrderedBefore = TimeSpan.FromDays(12);
    private static readonly TimeSpan ShippedBefore = TimeSpan.FromDays(10);
    private static readonly TimeSpan ReviewedAfter = TimeSpan.FromDays(1);

    private readonly DemoData _data;
    private readonly DemoClock _clock;
    private readonly IOptions<FrontOptions> _front;
    private readonly IOptions<RehearsalOptions> _rehearsal;
    private readonly IGrainFactory _grains;
    private readonly ILogger<DemoReviews> _logger;
    private readonly Lazy<Task> _made;
    private readonly ConcurrentDictionary<OrderId, string> _left = [];

    public DemoReviews(
        DemoData data,
        DemoClock clock,
        IOptions<FrontOptions> front,
        IOptions<RehearsalOptions> rehearsal,
        IGrainFactory grains,
        ILogger<DemoReviews> logger)
    {
        (_data, _clock, _front, _rehearsal, _grains, _logger) = (data, clock, front, rehearsal, grains, logger);
        _made = new Lazy<Task>(MakeOnce);
    }

    /// <summary>
    /// Does it all, from the oldest to the newest; the clock is back where it belongs afterwards. There is one clock, so there is
    /// one run, however many ask.
    /// </summary>
    public Task Make() => _made.Value;

    private async Task MakeOnce()
    {
        if (_front.Value.Mode != HostMode.Single || _rehearsal.Value.ClockSpeed is not (null or 1))
        {
            // Grains of other processes do not read this clock, and a rehearsal's clock keeps its own past.
            return;
        }

        var steps = _data.Purchases.SelectMany(StepsOf).GroupBy(step => step.Ago).OrderByDescending(group => group.Key);
        try
        {
            foreach (var moment in steps)
            {
                _clock.Back = moment.Key;
                await Task.WhenAll(moment.Where(step => !_left.ContainsKey(step.Order)).Select(step => step.Do()));
            }
        }
        finally
        {
            _clock.Back = TimeSpan.Zero;
        }

        await Task.WhenAll(_data.Purchases.Where(purchase => !_left.ContainsKey(IdOf(purchase))).Select(Read));
    }

    private IEnumerable<(TimeSpan Ago, OrderId Order, Func<Task> Do)> StepsOf(DemoPurchase purchase)
    {
        var order = IdOf(purchase);
        var completed = TimeSpan.FromDays(purchase.CompletedDaysAgo);
        var reviewed = completed - ReviewedAfter;
        yield return (completed + OrderedBefore, order, () => Order(purchase));
        yield return (completed + ShippedBefore, order, () => Ship(purchase));
        yield return (completed, order, () => Confirm(purchase));
        foreach (var (review, at) in purchase.Reviews.Select(static (review, at) => (review, at)))
        {
            var id = ReviewId.Of(order, at + 1);
            var content = review.Text is { } text ? ReviewContent.Of(text) : null;
            yield return (reviewed, order, () => Write(id, purchase.Buyer, new WriteReview(review.Stars, content)));
            if (review.FollowUp is { } more)
            {
                yield return (reviewed - TimeSpan.FromDays(more.DaysLater), order, () => Write(id, purchase.Buyer, new AddFollowUp(ReviewContent.Of(more.Text))));
            }

            if (review.Reply is { By: { } agent } reply)
            {
                yield return (reviewed - TimeSpan.FromDays(reply.DaysLater), order, () => Write(id, agent, new ReplyToReview(ReviewContent.Of(reply.Text))));
            }
        }
    }

    private async Task Order(DemoPurchase purchase)
    {
        var cards = _data.Products.ToDictionary(product => product.Card.Id, product => product.Card);
        var lines = purchase.Reviews.Select(review => new OrderLine(cards[review.Product], 1)).ToList();
        if (await Do(purchase, "place", null, new PlaceOrder(IdOf(purchase), purchase.Buyer, purchase.Store, lines)))
        {
            await Do(purchase, "pay", null, new ReportPayment((await Get(purchase)).Total, PaymentMethod.Card));
        }
    }

    private async Task Ship(DemoPurchase purchase)
    {
        // By now the check is over; whether the sweeper was quicker does not matter.
        var order = await Get(purchase);
        foreach (var check in order.Deadlines.Where(deadline => deadline.Kind == DeadlineKind.PaymentCheck))
        {
            await _grains.Order(order.Id).ApplyDeadline(check.Kind, check.Version);
        }

        await Do(purchase, "ship", null, new ShipParcel($"DM{order.Id.Value[..10]}", null, []));
    }

    private async Task Confirm(DemoPurchase purchase) =>
        await Do(purchase, "confirm", (await Get(purchase)).Version, new ConfirmReceipt());

    private async Task Write(ReviewId id, UserId by, ReviewCommand command)
    {
        var reply = await _grains.Review(id).Handle(new ReviewRequest(CommandId.Of(Uuid($"{id} {command.GetType().Name}")), by, command));
        Check(reply.IsOk, reply.Error, id.Order);
    }

    /// <summary>All of this was long ago: both sides have read what was told of it.</summary>
    private async Task Read(DemoPurchase purchase)
    {
        await _grains.Order(IdOf(purchase)).ApplyDeadline(DeadlineKind.Notices, 0);
        var conversation = _grains.Conversation(ConversationId.Between(purchase.Buyer, purchase.Store));
        var (buyer, store) = (PrincipalId.Of(purchase.Buyer), PrincipalId.Of(purchase.Store));
        var page = await conversation.History(buyer, 0, 1);
        if (page.IsOk)
        {
            var head = page.Value.Summary.Row.Head;
            await conversation.Mark(new MarkReceipts(buyer, head, head));
            await conversation.Mark(new MarkReceipts(store, head, head));
        }
    }

    private async Task<OrderView> Get(DemoPurchase purchase)
    {
        var view = await _grains.Order(IdOf(purchase)).Get(purchase.Buyer);
        return view.IsOk ? view.Value : throw new InvalidOperationException($"A demo order cannot be read: {view.Error.Message}");
    }

    /// <summary>Only the buyer names a version: the rest is the marketplace's to do. False when the order goes no further.</summary>
    private async Task<bool> Do(DemoPurchase purchase, string step, long? version, OrderCommand command)
    {
        var order = IdOf(purchase);
        var by = version is null ? (UserId?)null : purchase.Buyer;
        var reply = await _grains.Order(order).Handle(new OrderRequest(CommandId.Of(Uuid($"{order} {step}")), by, version, command));
        return Check(reply.IsOk, reply.Error, order);
    }

    /// <summary>What cannot be done now is left, as when an earlier start died in the middle and an order's time ran out since.</summary>
    private bool Check(bool isOk, ChatError? error, OrderId order)
    {
        if (!isOk && error!.IsTemporary)
        {
            throw new StorageUnavailableException($"A demo purchase was not stored: {error.Message}");
        }

        if (!isOk && _left.TryAdd(order, error!.Message))
        {
            LogLeft(order, error.Message);
        }

        return isOk;
    }

    private static OrderId IdOf(DemoPurchase purchase)
    {
        var digest = Digest(string.Create(CultureInfo.InvariantCulture, $"purchase {purchase.Buyer} {purchase.Store} {purchase.CompletedDaysAgo}"));
        return new OrderId((BitConverter.ToUInt64(digest) % 10_000_000_000_000_000).ToString("D16", CultureInfo.InvariantCulture));
    }

    [LoggerMessage(1, LogLevel.Warning, "Demo purchase {Order} stays as it is: {Refusal}")]
    private partial void LogLeft(OrderId order, string refusal);

    private static Guid Uuid(string what) => new(Digest(what).AsSpan(0, 16));

    private static byte[] Digest(string what) => SHA256.HashData(Encoding.UTF8.GetBytes($"demo {what}"));
}
