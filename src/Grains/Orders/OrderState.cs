using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Grains.Shared;

namespace Chat.Grains.Orders;

/// <summary>A notice that must still be posted: an effect that leaves the grain, stored with the transition that caused it.</summary>
/// <param name="Number">The version of its transition; its place among the order's notices.</param>
/// <param name="Sender">The side it speaks for.</param>
/// <param name="By">The person, when there is one.</param>
/// <param name="At">When it was made.</param>
/// <param name="Notice">What it tells.</param>
internal sealed record OutgoingNotice(
    long Number, OrderSide Sender, UserId? By, [property: JsonConverter(typeof(MillisecondsJson))] DateTimeOffset At, OrderNotice Notice);

/// <summary>When somebody must look at an order, as the table's columns have it.</summary>
internal sealed record OrderDue(long At, DeadlineKind Kind, long Version);

/// <summary>
/// What is stored of an order. It is also the row that lists and sweeps are read from, by columns that the database makes of
/// the JSON: <c>due</c>, <c>shard</c>, <c>buyer</c>, <c>store</c>, <c>group</c>, <c>placedAt</c>.
/// </summary>
internal sealed record OrderState
{
    /// <summary>A notice that waits longer than this is posted by whoever sweeps: its order may have crashed.</summary>
    private static readonly TimeSpan NoticePatience = TimeSpan.FromSeconds(10);

    /// <summary>Null until the order is placed.</summary>
    public OrderId? Id { get; init; }

    /// <summary>Who buys.</summary>
    public UserId? Buyer { get; init; }

    /// <summary>Who sells.</summary>
    public StoreId? Store { get; init; }

    /// <summary>Transitions so far.</summary>
    public long Version { get; init; }

    /// <summary>Where it is.</summary>
    public OrderStatus Status { get; init; }

    /// <summary>What was ordered.</summary>
    public ImmutableArray<OrderLine> Lines { get; init; } = [];

    /// <summary>What it costs.</summary>
    public Money? Total { get; init; }

    /// <summary>What was paid.</summary>
    public Money? Paid { get; init; }

    /// <summary>How it was paid.</summary>
    public PaymentMethod? Method { get; init; }

    /// <summary>What is on its way.</summary>
    public ImmutableArray<Parcel> Parcels { get; init; } = [];

    /// <summary>The newest request to cancel.</summary>
    public Cancellation? Cancellation { get; init; }

    /// <summary>Money that goes or went back.</summary>
    public ImmutableArray<OrderRefund> Refunds { get; init; } = [];

    /// <summary>The deadline of the status; refunds have their own.</summary>
    public OrderDeadline? Deadline { get; init; }

    /// <summary>The figures it was promised.</summary>
    public OrderTerms? Terms { get; init; }

    /// <summary>When it was placed.</summary>
    [JsonConverter(typeof(MillisecondsJson))]
    public DateTimeOffset PlacedAt { get; init; }

    /// <summary>When the delivery countdown began.</summary>
    [JsonConverter(typeof(OptionalMillisecondsJson))]
    public DateTimeOffset? ShippedAt { get; init; }

    /// <summary>When it was completed.</summary>
    [JsonConverter(typeof(OptionalMillisecondsJson))]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>All transitions, oldest first. Every command that succeeds takes an order further, so their number is bounded.</summary>
    public ImmutableArray<OrderStep> Steps { get; init; } = [];

    /// <summary>Notices to post, oldest first.</summary>
    public ImmutableArray<OutgoingNotice> Outbox { get; init; } = [];

    /// <summary>When somebody must look at this order: its next deadline, or notices that nobody posts. Null: never.</summary>
    public OrderDue? Due
    {
        get
        {
            var next = Next;
            var deadline = next is null ? null : new OrderDue(next.At.ToUnixTimeMilliseconds(), next.Kind, next.Version);
            var notices = Outbox.IsEmpty
                ? null
                : new OrderDue((Outbox[0].At + NoticePatience).ToUnixTimeMilliseconds(), DeadlineKind.Notices, Outbox[0].Number);
            return deadline is null || notices?.At < deadline.At ? notices : deadline;
        }
    }

    /// <summary>Which of <see cref="Limits.DeadlineShardsMax"/> shards sweeps this order.</summary>
    public int Shard => Id is { } id ? OrderRules.ShardOf(id) : 0;

    /// <summary>Which list shows this order.</summary>
    public OrderGroup Group => OrderRules.GroupOf(Status);

    /// <summary>The soonest deadline, of the status or of a refund.</summary>
    [JsonIgnore]
    public OrderDeadline? Next => Deadlines().FirstOrDefault();

    /// <summary>All deadlines, soonest first.</summary>
    public IEnumerable<OrderDeadline> Deadlines()
    {
        var refunds = Refunds.Where(refund => refund.Status == RefundStatus.Due)
            .Select(refund => new OrderDeadline(DeadlineKind.Refund, refund.DueAt, refund.Version));
        return (Deadline is null ? refunds : refunds.Append(Deadline)).OrderBy(deadline => deadline.At).ThenBy(deadline => deadline.Version);
    }

    /// <summary>How many of a line are neither shipped nor cancelled.</summary>
    public int LeftOf(int line) => Lines[line - 1].Quantity - Lines[line - 1].Cancelled
        - Parcels.Sum(parcel => parcel.Items.Where(item => item.Line == line).Sum(item => item.Quantity));

    /// <summary>All that is neither shipped nor cancelled.</summary>
    public ImmutableArray<ParcelItem> Left() =>
        [.. Enumerable.Range(1, Lines.Length).Select(line => new ParcelItem(line, LeftOf(line))).Where(item => item.Quantity > 0)];

    /// <summary>Minor units of what was paid that no refund has taken.</summary>
    public long Refundable() => (Paid?.Minor ?? 0) - Refunds.Sum(refund => refund.Amount.Minor);
}

/// <summary>The lists that orders are shown in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderGroup>))]
public enum OrderGroup
{
    /// <summary>The buyer has to pay.</summary>
    ToPay = 0,

    /// <summary>Paid, not all shipped.</summary>
    ToShip = 1,

    /// <summary>On its way, or protected.</summary>
    OnTheWay = 2,

    /// <summary>Completed or closed.</summary>
    Done = 3,
}

/// <summary>Times in stored state are milliseconds since 1970-01-01 UTC, as on the wire: a database compares them as numbers.</summary>
internal sealed class MillisecondsJson : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeMilliseconds());
}

/// <summary>The same, or null.</summary>
internal sealed class OptionalMillisecondsJson : JsonConverter<DateTimeOffset?>
{
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time)
        {
            writer.WriteNumberValue(time.ToUnixTimeMilliseconds());
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
