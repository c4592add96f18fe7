using System.Security.Cryptography;
using System.Text;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Demo;

internal sealed record DemoOrderLine(ProductId Product, int Quantity);

internal sealed record DemoOrderStep(
    string Do, string? Tracking, string? Carrier, IReadOnlyList<ParcelItem>? Items, string? Reason, bool SellerAtFault, string? Note);

internal sealed record DemoOrder(
    UserId Buyer, StoreId Store, IReadOnlyList<DemoOrderLine> Lines, IReadOnlyList<DemoOrderStep> Steps, IReadOnlyList<string> ReadBy);

/// <summary>
/// Brings the demo's orders about as people would: by commands, one after the other, with ids that are the same at every start.
/// What was done before answers as before, so that a half-finished seeding is continued and nothing is done twice.
/// </summary>
internal sealed partial class DemoOrders(DemoData data, IGrainFactory grains, TimeProvider time, ILogger<DemoOrders> logger)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// For a payment check, or for a notice. A deployment that checks payments for a day keeps its demo orders there: a demo
    /// must not keep its people waiting.
    /// </summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(15);

    /// <summary>Places an order and takes it as far as it is to go.</summary>
    public async Task Make(DemoOrder demo)
    {
        var placed = new CommandId(CommandOf(demo, 0));
        var id = OrderId.For(demo.Buyer, placed);
        var cards = data.Products.ToDictionary(product => product.Card.Id, product => product.Card);
        var lines = demo.Lines.Select(line => new OrderLine(cards[line.Product], line.Quantity)).ToList();
        if (!await Do(id, new OrderRequest(placed, demo.Buyer, null, new PlaceOrder(id, demo.Buyer, demo.Store, lines))))
        {
            LogLeft(id, "place");
            return;
        }

        var number = 0;
        foreach (var step in demo.Steps)
        {
            var checkedInTime = await Until(async () => (await Get(id, demo.Buyer)).Status != OrderStatus.PaymentCheck);
            var view = await Get(id, demo.Buyer);
            var (by, command) = Command(demo, step, view);
            if (!checkedInTime || !await Do(id, new OrderRequest(new CommandId(CommandOf(demo, ++number)), by, by is null ? null : view.Version, command)))
            {
                LogLeft(id, step.Do);
                return;
            }
        }

        await Until(async () => (await Get(id, demo.Buyer)).Status != OrderStatus.PaymentCheck);
        await Read(demo, id);
    }

    private (UserId? By, OrderCommand Command) Command(DemoOrder demo, DemoOrderStep step, OrderView view)
    {
        var seller = data.Stores.First(store => store.Id == demo.Store).Owner;
        return step.Do switch
        {
            "pay" => (null, new ReportPayment(view.Total, PaymentMethod.Card)),
            "ship" => (seller, new ShipParcel(step.Tracking!, step.Carrier, step.Items ?? [])),
            "cancel" => (demo.Buyer, new RequestCancellation(Reason(step), step.SellerAtFault, step.Note)),
            "accept" => (seller, new AcceptCancellation()),
            "confirm" => (demo.Buyer, new ConfirmReceipt()),
            _ => throw new InvalidOperationException($"The demo's orders know no step '{step.Do}'."),
        };
    }

    private static CancellationReason Reason(DemoOrderStep step) => OrderMapping.TryName<CancellationReason>(step.Reason, out var reason)
        ? reason
        : throw new InvalidOperationException($"The demo's orders know no reason '{step.Reason}'.");

    /// <summary>Once all that happened was told, those who saw it have read it.</summary>
    private async Task Read(DemoOrder demo, OrderId id)
    {
        var conversation = grains.Conversation(ConversationId.Between(demo.Buyer, demo.Store));
        var buyer = PrincipalId.Of(demo.Buyer);
        var version = (await Get(id, demo.Buyer)).Version;
        var head = 0L;
        var told = await Until(async () =>
        {
            var page = await conversation.History(buyer, 0, Limits.HistoryPageMax);
            head = page.IsOk ? page.Value.Summary.Row.Head : 0;
            return page.IsOk && page.Value.Messages.Any(message => message.Notice?.Order is { } card && card.Id == id && card.Version == version);
        });
        if (!told)
        {
            return;
        }

        foreach (var reader in demo.ReadBy)
        {
            await conversation.Mark(new MarkReceipts(reader == "buyer" ? buyer : PrincipalId.Of(demo.Store), head, head));
        }
    }

    private async Task<OrderView> Get(OrderId id, UserId buyer)
    {
        var view = await grains.Order(id).Get(buyer);
        return view.IsOk ? view.Value : throw new InvalidOperationException($"A demo order cannot be read: {view.Error.Message}");
    }

    /// <summary>False when the order has gone another way since, for example because somebody used the demo between two attempts.</summary>
    private async Task<bool> Do(OrderId id, OrderRequest request)
    {
        var reply = await grains.Order(id).Handle(request);
        return reply.IsOk || !reply.Error.IsTemporary ? reply.IsOk : throw new StorageUnavailableException($"A demo order was not stored: {reply.Error.Message}");
    }

    private async Task<bool> Until(Func<Task<bool>> holds)
    {
        var started = time.GetTimestamp();
        while (!await holds())
        {
            if (time.GetElapsedTime(started) > WaitMax)
            {
                return false;
            }

            await Task.Delay(PollEvery, time);
        }

        return true;
    }

    /// <summary>A UUID as a person's command has, made of what it is for.</summary>
    private static string CommandOf(DemoOrder demo, int number)
    {
        var named = $"demo order {demo.Buyer} {demo.Store} {string.Join(',', demo.Lines.Select(line => line.Product))} {number}";
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(named)).AsSpan(0, 16)).ToString("D");
    }

    [LoggerMessage(1, LogLevel.Warning, "Demo order {Order} stays as it is: '{Step}' is not possible now")]
    private partial void LogLeft(OrderId order, string step);
}
