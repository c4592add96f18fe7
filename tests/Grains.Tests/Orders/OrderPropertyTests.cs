using Chat.Grains.Orders;
using static Chat.Grains.Tests.Orders.GivenOrder;

namespace Chat.Grains.Tests.Orders;

/// <summary>
/// Long random lives of orders against a model of a few counters: what is legal, what is left, what is owed. A failing seed is
/// named and replays exactly.
/// </summary>
public sealed class OrderPropertyTests
{
    private const int Seeds = 500;
    private const int StepsMax = 60;

    [Fact]
    public void Random_lives_agree_with_the_model()
    {
        var accepted = 0;
        var ends = new HashSet<OrderStatus>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                var life = new Life(seed);
                life.Run();
                accepted += life.Accepted;
                ends.Add(life.State.Status);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} fails: {error.Message}", error);
            }
        }

        Assert.True(accepted > Seeds * 4, $"Only {accepted} commands were accepted.");
        Assert.Superset(new HashSet<OrderStatus> { OrderStatus.Completed, OrderStatus.Closed }, ends);
    }

    private sealed class Life(int seed)
    {
        private readonly Random _random = new(seed);
        private DateTimeOffset _now = Noon;

        // The model.
        private string _place = "none";
        private int _left = 5;
        private long _refundable;
        private bool _anyShipped;

        public OrderState State { get; private set; } = new();

        public int Accepted { get; private set; }

        public void Run()
        {
            for (var step = 0; step < StepsMax; step++)
            {
                _now += TimeSpan.FromHours(_random.Next(0, 100));
                if (State.Next is { } due && _random.Next(3) == 0)
                {
                    Deadline(due);
                }
                else
                {
                    Command();
                }

                Check();
            }
        }

        private void Command()
        {
            var left = State.Id is null ? [] : State.Left();
            var (side, command) = _random.Next(12) switch
            {
                0 => (OrderSide.Buyer, (OrderCommand)Place),
                1 or 2 => (OrderSide.Marketplace, Pay),
                3 => (OrderSide.Store, ShipAll),
                4 or 5 => (OrderSide.Store, ShipAll with { Items = [left.IsEmpty ? new ParcelItem(1, 1) : left[0] with { Quantity = 1 }] }),
                6 => (OrderSide.Buyer, Cancel),
                7 => (OrderSide.Store, new AcceptCancellation()),
                8 => (OrderSide.Store, Already),
                9 => (OrderSide.Store, new ExtendDelivery(_random.Next(1, 30))),
                10 => (OrderSide.Buyer, new ConfirmReceipt()),
                _ => (OrderSide.Store, Refund(_random.Next(1, 3_000))),
            };
            var before = State;
            var decision = OrderRules.Decide(before, By(side, before, command), side, Terms, _now);
            var legal = Model(command, decision.IsOk);
            Assert.True(legal == decision.IsOk, $"{command.GetType().Name} in {_place}/{before.Status}: {decision.Error?.Code}");
            if (decision.IsOk)
            {
                Accepted++;
                State = OrderRules.Apply(before, decision.Value.Events);
                Assert.Equal(before.Version + 1, State.Version);
            }
        }

        /// <summary>Whether the model allows it, and what it makes of the model. Bounds of the policy are taken from the answer.</summary>
        private bool Model(OrderCommand command, bool accepted)
        {
            switch (command)
            {
                case PlaceOrder when _place == "none":
                    _place = "unpaid";
                    return true;
                case ReportPayment when _place == "unpaid":
                    (_place, _refundable) = ("check", Total.Minor);
                    return true;
                case ShipParcel ship when _place is "ship" or "asked":
                    Shipped(ship.Items.Count == 0 ? _left : 1);
                    return true;
                case RequestCancellation when _place == "ship":
                    _place = accepted ? "asked" : _place;
                    return accepted;
                case AcceptCancellation when _place == "asked":
                    CancelRest();
                    return true;
                case AnswerAlreadyShipped when _place == "asked":
                    Shipped(_left);
                    return true;
                case ExtendDelivery extend when _place == "shipped":
                    return State.Deadline!.At.AddDays(extend.Days) <= State.ShippedAt!.Value.AddDays(120);
                case ConfirmReceipt when _place is "shipped" or "protected":
                    _place = "done";
                    return true;
                case GrantRefund refund when _place is "ship" or "asked" or "shipped" or "protected" or "done":
                    var fits = refund.Amount.Minor <= _refundable && accepted;
                    _refundable -= fits ? refund.Amount.Minor : 0;
                    return fits;
                default:
                    return false;
            }
        }

        private void Deadline(OrderDeadline due)
        {
            var before = State;
            var (outcome, events) = OrderRules.Decide(before, due.Kind, due.Version, Terms, _now);
            Assert.Equal(_now < due.At ? DeadlineOutcome.Early : DeadlineOutcome.Applied, outcome);
            if (outcome != DeadlineOutcome.Applied)
            {
                return;
            }

            State = OrderRules.Apply(before, events);
            Assert.Equal(DeadlineOutcome.Gone, OrderRules.Decide(State, due.Kind, due.Version, Terms, _now.AddYears(1)).Outcome);
            if (due.Kind == DeadlineKind.CancellationAnswer)
            {
                CancelRest();
                return;
            }

            _place = due.Kind switch
            {
                DeadlineKind.Payment => "closed",
                DeadlineKind.PaymentCheck => "ship",
                DeadlineKind.Delivery => "protected",
                DeadlineKind.Protection => "done",
                _ => _place,
            };
        }

        private void Shipped(int pieces)
        {
            _left -= pieces;
            _anyShipped = true;
            if (_left == 0)
            {
                _place = "shipped";
            }
        }

        private void CancelRest()
        {
            var price = _anyShipped ? State.Lines.Select((line, at) => line.Product.Price.Minor * LeftBefore(at)).Sum() : Total.Minor;
            _refundable -= Math.Min(_refundable, price);
            _place = _anyShipped ? "shipped" : "closed";
            _left = 0;
        }

        /// <summary>Before or after the cancellation is applied: what was neither shipped, nor cancelled by an earlier one.</summary>
        private int LeftBefore(int at) =>
            State.Lines[at].Quantity - State.Parcels.Sum(parcel => parcel.Items.Where(item => item.Line == at + 1).Sum(item => item.Quantity));

        private void Check()
        {
            if (State.Id is null)
            {
                return;
            }

            var expected = _place switch
            {
                "unpaid" => OrderStatus.AwaitingPayment,
                "check" => OrderStatus.PaymentCheck,
                "ship" => OrderStatus.AwaitingShipment,
                "asked" => OrderStatus.CancellationRequested,
                "shipped" => OrderStatus.Shipped,
                "protected" => OrderStatus.Protection,
                "done" => OrderStatus.Completed,
                _ => OrderStatus.Closed,
            };
            Assert.Equal(expected, State.Status);
            Assert.Equal(_left, State.Left().Sum(item => item.Quantity));
            Assert.Equal(_refundable, State.Refundable());
            Assert.InRange(State.Refunds.Sum(refund => refund.Amount.Minor), 0, State.Paid?.Minor ?? 0);
            Assert.Equal(State.Version, State.Steps.Length);
            Assert.Equal(Enumerable.Range(1, State.Steps.Length).Select(version => (long)version), State.Outbox.Select(notice => notice.Number));
            Assert.Equal(State.Outbox.Length, State.Outbox.Select(notice => notice.Notice.Order.Version).Distinct().Count());
            var waits = State.Status is not (OrderStatus.AwaitingShipment or OrderStatus.Completed or OrderStatus.Closed);
            Assert.Equal(waits, State.Deadline is not null);
        }
    }
}
