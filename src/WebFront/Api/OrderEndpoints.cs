using Chat.Grains;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Auth;
using Chat.WebFront.Demo;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Api;

/// <summary>
/// Orders for the people who take part in them: docs/protocol.md part 8. The order's grain finds out which side somebody is on;
/// everybody else gets the answer of an order that does not exist.
/// </summary>
internal static class OrderEndpoints
{
    private const int PageDefault = 20;

    /// <summary>Reads a command's own fields.</summary>
    private delegate OrderCommand Read(ref RequestReader reader);

    public static void Map(IEndpointRouteBuilder api)
    {
        var orders = api.MapGroup("/orders").RequireAuthorization();
        orders.MapGet("", List).WithSummary("My orders, or those of a store I work for, newest first")
            .Produces<OrdersWire>().Produces<RefusalWire>(400).Produces<RefusalWire>(401).Produces<RefusalWire>(404);
        orders.MapPost("", Place).WithSummary("Place an order; the same id places it once")
            .Accepts<PlaceOrderWire>("application/json").Produces<OrderReplyWire>().Produces<RefusalWire>(400).Produces<RefusalWire>(404).Produces<RefusalWire>(409);
        orders.MapGet("/{order}", Get).WithSummary("One order; staff may read any").Produces<OrderWire>().Produces<RefusalWire>(401).Produces<RefusalWire>(404);
        Described<PayWire>(orders.MapPost("/{order}/pay", Pay), "Pay, in demo mode only: elsewhere the marketplace reports payments");
        Described<BuyAgainWire>(orders.MapPost("/{order}/again", Again), "Place a new order of the same lines");
        Command<ShipWire>(orders, "/{order}/parcels", "The store ships a parcel; without items all that is left", Ship);
        Command<CancelWire>(orders, "/{order}/cancellation", "The buyer asks to cancel what is not shipped", Cancel);
        Command<OrderCommandWire>(orders, "/{order}/cancellation/accept", "The store accepts the request to cancel", static (ref _) => new AcceptCancellation());
        Command<AlreadyShippedWire>(
            orders,
            "/{order}/cancellation/shipped",
            "The store answers the request to cancel: already shipped",
            static (ref reader) => new AnswerAlreadyShipped(reader.Text("tracking"), reader.OptionalText("carrier")));
        Command<ExtendWire>(
            orders,
            "/{order}/extension",
            "The store gives the delivery more days",
            static (ref reader) => new ExtendDelivery((int)reader.Integer("days", 1, int.MaxValue)));
        Command<OrderCommandWire>(orders, "/{order}/receipt", "The buyer confirms receipt", static (ref _) => new ConfirmReceipt());
        Command<GrantRefundWire>(
            orders,
            "/{order}/refunds",
            "The store grants a refund",
            static (ref reader) => new GrantRefund(new Money(reader.Integer("minor", 1, long.MaxValue), reader.Text("currency"))));
    }

    private static void Command<TRequest>(IEndpointRouteBuilder orders, string path, string summary, Read read)
        where TRequest : notnull => Described<TRequest>(
        orders.MapPost(path, (string order, HttpContext context, IGrainFactory grains) => Handle(order, context, grains, read)), summary);

    private static void Described<TRequest>(RouteHandlerBuilder route, string summary)
        where TRequest : notnull => route.WithSummary(summary).Accepts<TRequest>("application/json").Produces<OrderReplyWire>()
        .Produces<RefusalWire>(400).Produces<RefusalWire>(401).Produces<RefusalWire>(404).Produces<RefusalWire>(409);

    private static async Task<IResult> List(
        string? store, string? group, string? before, int? limit, HttpContext context, IGrainFactory grains, IOrderReader orders)
    {
        var me = TokenPrincipal.IdentityOf(context.User).User;
        OrderGroup? chosen = null;
        if (group is not null)
        {
            if (!OrderMapping.TryName<OrderGroup>(group, out var known))
            {
                return Refused.Result(new ChatError(ErrorCode.BadRequest, "'group' is toPay, toShip, onTheWay or done."));
            }

            chosen = known;
        }

        OrderCursor? after = null;
        if (before is not null && !Cursor.TryRead(before, out after))
        {
            return Refused.Result(new ChatError(ErrorCode.BadPosition, "'before' is no cursor."));
        }

        if (limit is < 1 or > Limits.OrdersPageMax)
        {
            return Refused.Result(new ChatError(ErrorCode.BadRequest, $"'limit' must be from 1 to {Limits.OrdersPageMax}.", Limit: Limits.OrdersPageMax));
        }

        var principal = PrincipalId.Of(me);
        if (store is not null)
        {
            if (!StoreId.TryParse(store, out var id) || await grains.Store(id).GetAgent(me) is null)
            {
                return Refused.Result(Refusals.NoStore);
            }

            principal = PrincipalId.Of(id);
        }

        return Results.Json((await orders.Page(principal, chosen, after, limit ?? PageDefault)).ToWire(), WireJson.Rules);
    }

    private static async Task<IResult> Get(string order, HttpContext context, IGrainFactory grains, StaffRoles staff)
    {
        if (!OrderId.TryParse(order, out var id))
        {
            return Refused.Result(Refusals.NoOrder);
        }

        var me = TokenPrincipal.IdentityOf(context.User);
        var view = await grains.Order(id).Get(me.User);
        if (view.Error is { Code: ErrorCode.OrderNotFound } && staff.Of(me).Count > 0)
        {
            view = await grains.Order(id).GetForStaff();
        }

        return view.IsOk ? Results.Json(view.Value.ToWire(), WireJson.Rules) : Refused.Result(view.Error);
    }

    private static async Task<IResult> Place(HttpContext context, IGrainFactory grains, ICatalog catalog)
    {
        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var command = reader.MessageId("id");
        var store = reader.Store("store");
        var lines = new List<OrderLine>();
        foreach (var item in reader.List("lines", Limits.OrderLinesMax))
        {
            var line = new RequestReader(item);
            var product = line.OptionalProduct("product");
            var quantity = line.Integer("quantity", 1, Limits.OrderQuantityMax);
            var card = product is { } asked ? catalog.CardOf(store, asked) : null;
            if ((line.Error ?? (card is null ? Refusals.NoProduct : null)) is { } wrong)
            {
                reader.Fail(wrong);
                break;
            }

            lines.Add(new OrderLine(card!, (int)quantity));
        }

        return (malformed ?? reader.Error) is { } refusal
            ? Refused.Result(refusal)
            : await PlaceNew(context, grains, CommandId.Of(command), store, lines);
    }

    /// <summary>Today's goods at today's prices: what the marketplace no longer has cannot be bought again.</summary>
    private static async Task<IResult> Again(string order, HttpContext context, IGrainFactory grains, ICatalog catalog)
    {
        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var command = reader.MessageId("id");
        if ((malformed ?? reader.Error) is { } refusal)
        {
            return Refused.Result(refusal);
        }

        if (!OrderId.TryParse(order, out var id))
        {
            return Refused.Result(Refusals.NoOrder);
        }

        var again = await grains.Order(id).GetAgain(TokenPrincipal.IdentityOf(context.User).User);
        if (!again.IsOk)
        {
            return Refused.Result(again.Error);
        }

        var lines = new List<OrderLine>();
        foreach (var line in again.Value.Lines)
        {
            if (catalog.CardOf(again.Value.Store, line.Product.Id) is not { } card)
            {
                return Refused.Result(Refusals.NoProduct);
            }

            lines.Add(line with { Product = card });
        }

        return await PlaceNew(context, grains, CommandId.Of(command), again.Value.Store, lines);
    }

    private static Task<IResult> PlaceNew(HttpContext context, IGrainFactory grains, CommandId command, StoreId store, IReadOnlyList<OrderLine> lines)
    {
        var me = TokenPrincipal.IdentityOf(context.User).User;
        var order = OrderId.For(me, command);
        return Answer(grains.Order(order).Handle(new OrderRequest(command, me, null, new PlaceOrder(order, me, store, lines))));
    }

    private static async Task<IResult> Handle(string order, HttpContext context, IGrainFactory grains, Read read)
    {
        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var command = reader.MessageId("id");
        var version = reader.Position("version");
        var asked = read(ref reader);
        if ((malformed ?? reader.Error) is { } refusal)
        {
            return Refused.Result(refusal);
        }

        return OrderId.TryParse(order, out var id)
            ? await Answer(grains.Order(id).Handle(new OrderRequest(CommandId.Of(command), TokenPrincipal.IdentityOf(context.User).User, version, asked)))
            : Refused.Result(Refusals.NoOrder);
    }

    /// <summary>What a payment service would report, for demos: the buyer presses a button and the marketplace says "paid".</summary>
    private static async Task<IResult> Pay(string order, HttpContext context, IGrainFactory grains, DemoMode demo)
    {
        if (!demo.IsOn)
        {
            return Refused.Result(new ChatError(ErrorCode.UnknownMethod, "This is no demo."));
        }

        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var command = reader.MessageId("id");
        var version = reader.Position("version");
        if (!OrderMapping.TryName<PaymentMethod>(reader.Text("method"), out var method))
        {
            reader.Fail(new ChatError(ErrorCode.BadRequest, "'method' is card, wallet, bankTransfer or other."));
        }

        if ((malformed ?? reader.Error) is { } refusal)
        {
            return Refused.Result(refusal);
        }

        if (!OrderId.TryParse(order, out var id))
        {
            return Refused.Result(Refusals.NoOrder);
        }

        var view = await grains.Order(id).Get(TokenPrincipal.IdentityOf(context.User).User);
        if (!view.IsOk || view.Value.Side != OrderSide.Buyer)
        {
            return Refused.Result(view.Error ?? new ChatError(ErrorCode.OrderOtherSide, "This step is the other side's."));
        }

        var paid = await grains.Order(id).Handle(
            new OrderRequest(new CommandId($"demo:{command:D}"), null, version, new ReportPayment(view.Value.Total, method)));
        return paid.IsOk
            ? Results.Json((paid.Value with { Order = paid.Value.Order with { Side = OrderSide.Buyer } }).ToWire(), WireJson.Rules)
            : Refused.Result(paid.Error);
    }

    private static OrderCommand Ship(ref RequestReader reader) =>
        new ShipParcel(reader.Text("tracking"), reader.OptionalText("carrier"), reader.Items("items"));

    private static OrderCommand Cancel(ref RequestReader reader)
    {
        if (!OrderMapping.TryName<CancellationReason>(reader.Text("reason"), out var reason))
        {
            reader.Fail(new ChatError(ErrorCode.BadRequest, "'reason' is changedMind, wrongItem, wrongAddress, tooSlow, sellerAsked or other."));
        }

        return new RequestCancellation(reason, reader.Flag("sellerAtFault"), reader.OptionalText("note", ErrorCode.MessageMalformed));
    }

    private static async Task<IResult> Answer(Task<Result<OrderReply>> handled)
    {
        var reply = await handled;
        return reply.IsOk ? Results.Json(reply.Value.ToWire(), WireJson.Rules) : Refused.Result(reply.Error);
    }
}
