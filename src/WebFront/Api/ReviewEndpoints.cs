using Chat.Grains;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Access;
using Chat.WebFront.Auth;
using Chat.WebFront.Demo;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Api;

/// <summary>
/// Reviews for the people who write them and for everybody who reads them: docs/protocol.md part 8. The review's grain finds out
/// which side somebody is on; on the routes of an order everybody else gets the answer of an order that does not exist.
/// </summary>
internal static class ReviewEndpoints
{
    private const int PageDefault = 10;

    /// <summary>Reads a command's own fields.</summary>
    private delegate ReviewCommand Read(ref RequestReader reader);

    public static void Map(IEndpointRouteBuilder api)
    {
        var order = api.MapGroup("/orders/{order}").RequireAuthorization();
        order.MapGet("/reviews", OfOrder).WithSummary("The lines of an order and their reviews, for its parties")
            .Produces<OrderReviewsWire>().Produces<RefusalWire>(401).Produces<RefusalWire>(404);
        Command<WriteReviewWire>(order, "review", "The buyer reviews a line of a completed order, once", Write);
        Command<WriteWordsWire>(order, "review/follow-up", "The buyer adds words, once", static (ref reader) => new AddFollowUp(Words(ref reader)));
        Command<WriteWordsWire>(order, "review/reply", "The store answers in public, once", static (ref reader) => new ReplyToReview(Words(ref reader)));
        api.MapGet("/products/{id}/reviews", OfProduct).WithSummary("What buyers say of a product, newest first")
            .Produces<ReviewsWire>().Produces<RefusalWire>(400).Produces<RefusalWire>(404);
        api.MapGet("/stores/{id}/reviews", OfStore).WithSummary("What buyers say of a store's products, newest first")
            .Produces<ReviewsWire>().Produces<RefusalWire>(400).Produces<RefusalWire>(404);
    }

    private static void Command<TRequest>(IEndpointRouteBuilder order, string path, string summary, Read read)
        where TRequest : notnull => order
        .MapPost($"/lines/{{line}}/{path}", (string order, string line, HttpContext context, IGrainFactory grains) => Handle(order, line, context, grains, read))
        .WithSummary(summary).Accepts<TRequest>("application/json").Produces<ReviewWire>()
        .Produces<RefusalWire>(400).Produces<RefusalWire>(401).Produces<RefusalWire>(404).Produces<RefusalWire>(409);

    private static ReviewCommand Write(ref RequestReader reader)
    {
        var stars = (int)reader.Integer("stars", 1, 5);
        return new WriteReview(stars, reader.OptionalText("text", ErrorCode.MessageMalformed) is { } text ? ReviewContent.Of(text) : null);
    }

    private static ReviewContent Words(ref RequestReader reader) => ReviewContent.Of(reader.Text("text", ErrorCode.MessageMalformed));

    private static async Task<IResult> Handle(string order, string line, HttpContext context, IGrainFactory grains, Read read)
    {
        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var command = reader.MessageId("id");
        var asked = read(ref reader);
        if ((malformed ?? reader.Error) is { } refusal)
        {
            return Refused.Result(refusal);
        }

        if (!OrderId.TryParse(order, out var id))
        {
            return Refused.Result(Refusals.NoOrder);
        }

        var me = TokenPrincipal.IdentityOf(context.User).User;
        if (!ReviewId.TryParse($"{order}~{line}", out var review))
        {
            // No order has such a line; that is for its parties to know.
            return Refused.Result((await grains.Order(id).Get(me)).Error ?? Refusals.NoReview);
        }

        var reply = await grains.Review(review).Handle(new ReviewRequest(CommandId.Of(command), me, asked));
        return reply.IsOk ? Results.Json(reply.Value.ToWire(), WireJson.Rules) : Refused.Result(reply.Error);
    }

    private static async Task<IResult> OfOrder(string order, HttpContext context, IGrainFactory grains)
    {
        if (!OrderId.TryParse(order, out var id))
        {
            return Refused.Result(Refusals.NoOrder);
        }

        var me = TokenPrincipal.IdentityOf(context.User).User;
        var view = await grains.Order(id).Get(me);
        if (!view.IsOk)
        {
            return Refused.Result(view.Error);
        }

        var lines = await Task.WhenAll(view.Value.Lines.Select((_, at) => grains.Review(ReviewId.Of(id, at + 1)).Get(me)));
        return lines.FirstOrDefault(static line => !line.IsOk) is { Error: { } refusal }
            ? Refused.Result(refusal)
            : Results.Json(
                new OrderReviewsWire([.. lines.Select((line, at) => line.Value!.ToWire(at + 1, view.Value.Lines[at].Product))]), WireJson.Rules);
    }

    /// <summary>What was sold before may be out of the catalogue by now: a product that has reviews exists.</summary>
    private static async Task<IResult> OfProduct(string id, HttpContext context, IReviewReader reviews, Memberships memberships, ICatalog catalog)
    {
        if (!ProductId.TryParse(id, out var product))
        {
            return Refused.Result(Refusals.NoProduct);
        }

        var query = new ListQuery(context.Request.Query);
        var asked = Asked.Of(ref query);
        if (query.Error is { } refusal)
        {
            return Refused.Result(refusal);
        }

        var subject = new ReviewsOfProduct(product);
        var stars = await reviews.Stars(subject);
        if (stars.Total == 0 && catalog.Find(product) is null)
        {
            return Refused.Result(Refusals.NoProduct);
        }

        var viewer = new ReviewViewer(null, []);
        if (UserOf(context) is { } me)
        {
            viewer = new ReviewViewer(me, [.. (await memberships.Of(me)).Stores.Keys]);
        }

        return Results.Json((await reviews.Page(subject, asked.Stars, viewer, asked.Before, asked.Limit)).ToWire(stars), WireJson.Rules);
    }

    private static async Task<IResult> OfStore(string id, HttpContext context, IReviewReader reviews, IGrainFactory grains, StoreNames stores)
    {
        if (!StoreId.TryParse(id, out var store) || await stores.Find(store) is null)
        {
            return Refused.Result(Refusals.NoStore);
        }

        var query = new ListQuery(context.Request.Query);
        var asked = Asked.Of(ref query);
        var unanswered = query.Flag("unanswered");
        if (query.Error is { } refusal)
        {
            return Refused.Result(refusal);
        }

        var me = UserOf(context);
        var isAgent = me is { } user && await grains.Store(store).GetAgent(user) is not null;
        if (unanswered && !isAgent)
        {
            // It would tell which replies wait for a moderator.
            return Refused.Result(Refusals.NoStore);
        }

        var stars = await reviews.Stars(new ReviewsOfStore(store));
        var subject = new ReviewsOfStore(store, unanswered ? ReviewAnswers.Missing : ReviewAnswers.Any);
        var page = await reviews.Page(subject, asked.Stars, new ReviewViewer(me, isAgent ? [store] : []), asked.Before, asked.Limit);
        return Results.Json(page.ToWire(stars), WireJson.Rules);
    }

    private static UserId? UserOf(HttpContext context) =>
        context.User.Identity is { IsAuthenticated: true } ? TokenPrincipal.IdentityOf(context.User).User : null;

    /// <summary>What both lists may be asked for.</summary>
    private sealed record Asked(int? Stars, ReviewCursor? Before, int Limit)
    {
        public static Asked Of(ref ListQuery query) => new(
            query.Number("stars", 1, 5),
            query.Cursor<ReviewCursor>("before", Cursor.TryRead),
            query.Number("limit", 1, Limits.ReviewsPageMax) ?? PageDefault);
    }
}
