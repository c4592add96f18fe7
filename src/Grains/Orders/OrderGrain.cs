using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Orders;

/// <summary>The shell around <see cref="OrderRules"/>: decide, store, apply, reply; then post the notices.</summary>
internal sealed partial class OrderGrain(
    [PersistentState("order", StateStorage.Name)] IPersistentState<OrderState> stored,
    PolicyClock clock,
    IOptions<Policy> policy,
    ILogger<OrderGrain> logger) : Grain, IOrderGrain
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private readonly Durable<OrderState> _state = new(stored);
    private OrderId _id;
    private IGrainTimer? _posting;

    private static ChatError OutcomeUnknown { get; } =
        new(ErrorCode.OutcomeUnknown, "It is not known whether this was stored; repeat it with the same id.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        if (!key.StartsWith("o:", StringComparison.Ordinal) || !OrderId.TryParse(GrainKeys.IdPart(key), out _id))
        {
            throw new ArgumentException($"'{key}' is not an order.");
        }

        PostAfter(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<Result<OrderReply>> Handle(OrderRequest request)
    {
        if (request.ExpectedVersion > _state.Value.Version)
        {
            // Another activation has written: this one must not deny what its callers have seen.
            await _state.Read();
        }

        if (request.Command is PlaceOrder place && await CannotPlace(place) is { } refusal)
        {
            return refusal;
        }

        var side = await SideOf(request);
        var decision = OrderRules.Decide(_state.Value, request, side, OrderTerms.Of(policy.Value), clock.Now);
        if (!decision.IsOk)
        {
            return decision.Error;
        }

        if (!decision.Value.Events.IsEmpty && !await TryWrite(OrderRules.Apply(_state.Value, decision.Value.Events)))
        {
            return OutcomeUnknown;
        }

        PostAfter(TimeSpan.Zero);
        return new OrderReply(decision.Value.Receipt, OrderRules.View(_state.Value, side!.Value)!);
    }

    public async Task<Result<OrderView>> Get(UserId reader) =>
        await SideOf(reader) is { } side && OrderRules.View(_state.Value, side) is { } view ? view : OrderRules.NotFound;

    public Task<Result<OrderView>> GetForStaff() =>
        Task.FromResult<Result<OrderView>>(OrderRules.View(_state.Value, OrderSide.Staff) is { } view ? view : OrderRules.NotFound);

    public async Task<Result<OrderAgain>> GetAgain(UserId reader) => OrderRules.Again(_state.Value, await SideOf(reader));

    public async Task<DeadlineOutcome> ApplyDeadline(DeadlineKind kind, long version)
    {
        if (version > _state.Value.Version)
        {
            await _state.Read();
        }

        if (kind != DeadlineKind.Notices)
        {
            return await Apply(kind, version);
        }

        // A row names one thing that is due: notices that cannot be posted must not hide a deadline that has come meanwhile.
        if (_state.Value.Next is { } next)
        {
            await Apply(next.Kind, next.Version);
        }

        await Post();
        return _state.Value.Outbox.IsEmpty ? DeadlineOutcome.Applied : DeadlineOutcome.Early;
    }

    private async Task<DeadlineOutcome> Apply(DeadlineKind kind, long version)
    {
        var due = _state.Value.Deadlines().FirstOrDefault(deadline => deadline.Kind == kind && deadline.Version == version)?.At;
        var (outcome, events) = OrderRules.Decide(_state.Value, kind, version, OrderTerms.Of(policy.Value), clock.Now);
        if (outcome == DeadlineOutcome.Applied)
        {
            await _state.Write(OrderRules.Apply(_state.Value, events), this);
            OrderMetrics.Lateness.Record(clock.RealTimeSince(due!.Value).TotalSeconds);
            PostAfter(TimeSpan.Zero);
        }

        return outcome;
    }

    private async Task<OrderSide?> SideOf(OrderRequest request) => request switch
    {
        { By: null } => OrderSide.Marketplace,
        { Command: PlaceOrder place, By: { } by } when _state.Value.Id is null => by == place.Buyer ? OrderSide.Buyer : null,
        { By: { } by } => await SideOf(by),
    };

    /// <summary>The side of a person; null for a stranger. The store's word is the truth about its agents.</summary>
    private async Task<OrderSide?> SideOf(UserId person)
    {
        var state = _state.Value;
        if (state.Store is not { } store)
        {
            return null;
        }

        return state.Buyer == person ? OrderSide.Buyer
            : await GrainFactory.Store(store).GetAgent(person) is not null ? OrderSide.Store
            : null;
    }

    private async Task<ChatError?> CannotPlace(PlaceOrder command)
    {
        if (command.Order != _id)
        {
            throw new ArgumentException($"Order {command.Order} cannot be placed here.");
        }

        if (_state.Value.Id is not null)
        {
            return null;
        }

        var store = GrainFactory.Store(command.Store);
        if (await store.GetProfile() is null)
        {
            return new ChatError(ErrorCode.StoreNotFound, "There is no such store.");
        }

        return await store.GetAgent(command.Buyer) is null
            ? null
            : new ChatError(ErrorCode.OwnStore, "An agent cannot be a buyer of the same store.");
    }

    private async Task<bool> TryWrite(OrderState next)
    {
        try
        {
            await _state.Write(next, this);
            return true;
        }
        catch (Exception error)
        {
            LogNotWritten(_id, error);
            return false;
        }
    }

    /// <summary>A timer and not a wait: whoever commands gets the answer once it is durable, not once it is told to others.</summary>
    private void PostAfter(TimeSpan wait)
    {
        if (!_state.Value.Outbox.IsEmpty)
        {
            _posting?.Dispose();
            _posting = this.RegisterGrainTimer(
                Post, new GrainTimerCreationOptions { DueTime = wait, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
    }

    /// <summary>
    /// Posts what waits, in order, and then notes that in the state. A crash in between posts again: the conversation drops
    /// repeats by the notice's number.
    /// </summary>
    private async Task Post()
    {
        var state = _state.Value;
        var posted = 0L;
        foreach (var notice in state.Outbox)
        {
            if (await Posted(state, notice) is { } failure)
            {
                LogNotPosted(_id, notice.Number, failure);
                PostAfter(RetryEvery);
                break;
            }

            posted = notice.Number;
        }

        if (posted > 0)
        {
            await _state.Write(OrderRules.Posted(_state.Value, posted), this);
        }
    }

    /// <summary>Null once it is posted, otherwise what went wrong.</summary>
    private async Task<string?> Posted(OrderState state, OutgoingNotice notice)
    {
        try
        {
            var conversation = ConversationId.Between(state.Buyer!.Value, state.Store!.Value);
            var reply = await GrainFactory.Conversation(conversation).PostNotice(OrderNotices.Of(state, notice));
            return reply.Error?.Message;
        }
        catch (Exception error)
        {
            return error.Message;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Order {Order} was not written; what is stored is read again")]
    private partial void LogNotWritten(OrderId order, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "Notice {Number} of order {Order} could not be posted and is tried again: {Failure}")]
    private partial void LogNotPosted(OrderId order, long number, string failure);
}
