using Chat.Grains;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Auth;
using Chat.WebFront.Options;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Api;

/// <summary>The queue of moderators: docs/protocol.md part 8. For everybody else these routes do not exist.</summary>
internal static class ModerationEndpoints
{
    private const int PageDefault = 20;

    private enum Decision
    {
        Approve,
        Reject,
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        var reviews = api.MapGroup("/moderation/reviews").RequireStaff(StaffRole.Moderator);
        reviews.MapGet("", List).WithSummary("Held words, oldest first").Produces<HeldListWire>().Produces<RefusalWire>(400).Produces<RefusalWire>(404);
        reviews.MapPost("/{review}/{part}", Decide).WithSummary("Approve or reject held words; the first decision stands")
            .Accepts<DecideWordsWire>("application/json").Produces<HeldWire>().Produces<RefusalWire>(400).Produces<RefusalWire>(404).Produces<RefusalWire>(409);
    }

    private static async Task<IResult> List(HttpContext context, IReviewReader reviews)
    {
        var query = new ListQuery(context.Request.Query);
        var before = query.Cursor<HeldCursor>("before", Cursor.TryRead);
        var limit = query.Number("limit", 1, Limits.HeldPageMax) ?? PageDefault;
        if (query.Error is { } refusal)
        {
            return Refused.Result(refusal);
        }

        var page = reviews.Held(before, limit);
        var waiting = reviews.CountHeld();
        await Task.WhenAll(page, waiting);
        return Results.Json((await page).ToWire(await waiting), WireJson.Rules);
    }

    private static async Task<IResult> Decide(string review, string part, HttpContext context, IGrainFactory grains)
    {
        var (body, malformed) = await RequestBody.Read(context);
        var reader = new RequestReader(body);
        var command = reader.MessageId("id");
        var rejection = Rejection(ref reader);
        var note = reader.OptionalText("note", ErrorCode.MessageMalformed);
        if ((malformed ?? reader.Error) is { } refusal)
        {
            return Refused.Result(refusal);
        }

        if (!ReviewId.TryParse(review, out var id) || !OrderMapping.TryName<ReviewPart>(part, out var which))
        {
            return Refused.Result(Refusals.NoReview);
        }

        var me = TokenPrincipal.IdentityOf(context.User).User;
        var held = await grains.Review(id).Decide(new DecideWords(CommandId.Of(command), me, which, rejection, note));
        return held.IsOk ? Results.Json(held.Value.ToWire(), WireJson.Rules) : Refused.Result(held.Error);
    }

    /// <summary>Why words are rejected; null when they are approved, which needs no reason and takes none.</summary>
    private static RejectionReason? Rejection(ref RequestReader reader)
    {
        if (!OrderMapping.TryName<Decision>(reader.Text("decision"), out var decision))
        {
            reader.Fail(new ChatError(ErrorCode.BadRequest, "'decision' is approve or reject."));
        }

        var text = reader.OptionalText("reason");
        if (decision == Decision.Approve)
        {
            if (text is not null)
            {
                reader.Fail(new ChatError(ErrorCode.BadRequest, "'reason' goes with reject."));
            }

            return null;
        }

        if (!OrderMapping.TryName<RejectionReason>(text, out var reason))
        {
            reader.Fail(new ChatError(ErrorCode.BadRequest, "'reason' is personalData, insult, spam, offTopic or other."));
        }

        return reason;
    }
}
