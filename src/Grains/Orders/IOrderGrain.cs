using Chat.Grains.Shared;
using Orleans;
using Orleans.Concurrency;

namespace Chat.Grains.Orders;

/// <summary>What a new order like an old one would hold.</summary>
[GenerateSerializer, Immutable, Alias("OrderAgain")]
public sealed record OrderAgain([property: Id(0)] StoreId Store, [property: Id(1)] IReadOnlyList<OrderLine> Lines);

/// <summary>
/// One order: its state, its deadlines, and telling both sides. Key: <see cref="OrderId"/>. The grain itself finds out which
/// side a person is on, so that nobody else can forget to. Who is neither the buyer nor an agent of the store gets
/// <see cref="Shared.ErrorCode.OrderNotFound"/> from every method that names a person, as for an order that does not exist.
/// </summary>
[Alias("IOrderGrain")]
public interface IOrderGrain : IGrainWithStringKey
{
    /// <summary>
    /// Does what is asked, once for each command id of a side; the answer comes when it is durable. The notice of it is posted
    /// soon after, however often this process dies. Errors: 5001 to 5011, 3005, 4001, 1001, 1006 (repeat with the same id);
    /// placing also 3007 and 3009; a note 3002 to 3004.
    /// </summary>
    Task<Result<OrderReply>> Handle(OrderRequest request);

    /// <summary>The order as this person sees it. Errors: 5001.</summary>
    [AlwaysInterleave]
    Task<Result<OrderView>> Get(UserId reader);

    /// <summary>
    /// The order for the marketplace's staff, whoever they are; the caller has made sure that they are staff. Errors: 5001 when it
    /// was never placed.
    /// </summary>
    [AlwaysInterleave]
    Task<Result<OrderView>> GetForStaff();

    /// <summary>What the buyer would order again; only when the order is completed or closed. Errors: 5001, 5002, 5004.</summary>
    [AlwaysInterleave]
    Task<Result<OrderAgain>> GetAgain(UserId reader);

    /// <summary>
    /// Applies a deadline if it is one of the order's and due by the order's own clock: each once, none early.
    /// <see cref="DeadlineKind.Notices"/> applies the next deadline if it is due, and posts what waits. Throws when the state cannot be written; the deadline then stands.
    /// </summary>
    Task<DeadlineOutcome> ApplyDeadline(DeadlineKind kind, long version);
}
