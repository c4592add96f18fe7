using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Reviews;

/// <summary>The shell around <see cref="ReviewRules"/>: decide, store, apply, reply; then tell the store's rating.</summary>
internal sealed partial class ReviewGrain(
    [PersistentState(ReviewGrain.StateName, StateStorage.Name)] IPersistentState<ReviewState> stored,
    PolicyClock clock,
    IOptions<Policy> policy,
    ILogger<ReviewGrain> logger) : Grain, IReviewGrain
{
    /// <summary>The name of its rows.</summary>
    public const string StateName = "review";

    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private readonly Durable<ReviewState> _state = new(stored);
    private ReviewId _id;
    private IGrainTimer? _telling;

    private static ChatError OutcomeUnknown { get; } =
        new(ErrorCode.OutcomeUnknown, "It is not known whether this was stored; repeat it with the same id.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        if (!key.StartsWith("v:", StringComparison.Ordinal) || !ReviewId.TryParse(GrainKeys.IdPart(key), out _id))
        {
            throw new ArgumentException($"'{key}' is not a review.");
        }

        TellAfter(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<Result<ReviewView>> Handle(ReviewRequest request)
    {
        var scene = await Look(request.By);
        if (scene.Side == ReviewSide.Buyer && _state.Value.Id is null && request.Command is WriteReview)
        {
            var profile = await GrainFactory.User(request.By).GetProfile();
            scene = scene with { Author = ReviewAuthor.Mask(profile?.DisplayName) };
        }

        var decision = ReviewRules.Decide(_state.Value, request, scene);
        if (!decision.IsOk && scene.Side is not null && await Reread())
        {
            decision = ReviewRules.Decide(_state.Value, request, scene);
        }

        return await Store(decision) is { } refusal ? refusal : ReviewRules.View(_state.Value, scene.Side);
    }

    public async Task<Result<ReviewLineView>> Get(UserId reader) => ReviewRules.ViewLine(_state.Value, await Look(reader));

    public async Task<Result<HeldView>> Decide(DecideWords command)
    {
        var decision = ReviewRules.Decide(_state.Value, command, clock.Now);
        if (!decision.IsOk && await Reread())
        {
            decision = ReviewRules.Decide(_state.Value, command, clock.Now);
        }

        return await Store(decision) is { } refusal ? refusal : ReviewRules.Decided(_state.Value, command);
    }

    public async Task Wake()
    {
        if (!_state.Value.RatingWaits)
        {
            // The row says so, or nobody would call: another activation has written it.
            await _state.Read();
        }

        await Tell();
    }

    /// <summary>
    /// What the rules must know of the sender. Before there is a review, the order says who its parties are; after, the review
    /// itself does, and the store's word is the truth about its agents.
    /// </summary>
    private async Task<ReviewScene> Look(UserId person)
    {
        var scene = new ReviewScene(null, null, string.Empty, policy.Value.ReviewWithin, policy.Value.ReviewFollowUpWithin, clock.Now);
        if (_state.Value is { Buyer: { } buyer, Store: { } store })
        {
            return buyer == person ? scene with { Side = ReviewSide.Buyer }
                : await GrainFactory.Store(store).GetAgent(person) is not null ? scene with { Side = ReviewSide.Store }
                : scene;
        }

        var order = await GrainFactory.Order(_id.Order).Get(person);
        return order.IsOk
            ? scene with
            {
                Side = order.Value.Side == OrderSide.Buyer ? ReviewSide.Buyer : ReviewSide.Store,
                Line = ReviewedLine.Of(order.Value, _id.Line),
            }
            : scene;
    }

    /// <summary>
    /// Another activation may have written: this one must not deny what its callers have seen. Refusals are rare, so each looks
    /// once. True when there was something new.
    /// </summary>
    private async Task<bool> Reread()
    {
        var known = _state.Value.Steps.Length;
        await _state.Read();
        return _state.Value.Steps.Length != known;
    }

    /// <summary>Makes a decision durable; null, or why not.</summary>
    private async Task<ChatError?> Store(Result<ReviewDecision> decision)
    {
        if (!decision.IsOk)
        {
            return decision.Error;
        }

        if (decision.Value.Events.IsEmpty)
        {
            return null;
        }

        try
        {
            await _state.Write(ReviewRules.Apply(_state.Value, decision.Value.Events), this);
        }
        catch (Exception error)
        {
            LogNotWritten(_id, error);
            return OutcomeUnknown;
        }

        TellAfter(TimeSpan.Zero);
        return null;
    }

    /// <summary>A timer and not a wait: the buyer gets the answer once it is durable, not once it is told to others.</summary>
    private void TellAfter(TimeSpan wait)
    {
        if (_state.Value.RatingWaits)
        {
            _telling?.Dispose();
            _telling = this.RegisterGrainTimer(
                Tell, new GrainTimerCreationOptions { DueTime = wait, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
    }

    /// <summary>Tells the rating, and then notes that in the state. A crash in between tells it again: the rating drops repeats.</summary>
    private async Task Tell()
    {
        if (!_state.Value.RatingWaits)
        {
            return;
        }

        if (await NotTold(_state.Value) is { } failure)
        {
            LogNotTold(_id, failure);
            TellAfter(RetryEvery);
            return;
        }

        await _state.Write(ReviewRules.Apply(_state.Value, new RatingTold()), this);
    }

    /// <summary>Null once it is told, otherwise what went wrong.</summary>
    private async Task<string?> NotTold(ReviewState state)
    {
        try
        {
            var rating = new RatingGiven(_id, state.Stars, state.At);
            return (await GrainFactory.Rating(state.Store!.Value).Record(rating)).Error?.Message;
        }
        catch (Exception error)
        {
            return error.Message;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Review {Review} was not written; what is stored is read again")]
    private partial void LogNotWritten(ReviewId review, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "The rating of review {Review} could not be told and is tried again: {Failure}")]
    private partial void LogNotTold(ReviewId review, string failure);
}
