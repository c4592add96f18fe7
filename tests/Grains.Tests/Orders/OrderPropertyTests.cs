using Chat.Grains.Orders;
using Chat.Grains.Shared;
using static Chat.Grains.Tests.Orders.GivenOrder;

namespace Chat.Grains.Tests.Orders;

/// <summary>
/// Long random lives of orders against a model of a few counters: what is legal and with what code it is refused, what is left,
/// what is owed. A failing seed is named and replays exactly.
/// </summary>
public sealed class OrderPropertyTests
{
    private const int Seeds = 3_000;
    private const int StepsMax = 60;

    [Fact]
    public void Random_lives_agree_with_the_model()
    {
        var accepted = 0;
        var ends = new HashSet<OrderStatus>();
        var refused = new HashSet<ErrorCode>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                var life = new Life(seed);
                life.Run();
                accepted += life.Accepted;
                ends.Add(life.State.Status);
                refused.UnionWith(life.Refused);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} fails: {error.Message}", error);
            }
        }

        Assert.True(accepted > Seeds * 4, $"Only {accepted} commands were accepted.");
        Assert.Superset(new HashSet<OrderStatus> { OrderStatus.Completed, OrderStatus.Closed }, ends);
        Assert.Superset(
            new HashSet<ErrorCode>
            {
                ErrorCode.OrderNotFound, ErrorCode.OrderOtherSide, ErrorCode.OrderChanged, ErrorCode.IdConflict, ErrorCode.OrderWrongState,
                ErrorCode.AmountInvalid, ErrorCode.ExtensionTooLong, ErrorCode.RefundTooLarge, ErrorCode.RefundNotFound,
            },
            refused);
    }

    private sealed class Life(int seed)
    {
        private readonly Random _random = new(seed);
        private DateTimeOffset _now = Noon;

        // The model.
        private string _place = "none";
        private int _left = 5;
        private int _asked;
        private long _version;
        private long _refundable;
        private bool _anyShipped;
        private DateTimeOffset _shipped;
        private DateTimeOffset _deliveryEnds;
        private (OrderSide Side, OrderRequest Request, OrderReceipt Receipt)? _last;

        /// <summary>Refunds as they were granted: whether they are paid.</summary>
        private readonly List<bool> _refunds = [];

        public OrderState State { get; private set; } = new();

        public int Accepted { get; private set; }

        public HashSet<ErrorCode> Refused { get; } = [];

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
            var (side, command) = _random.Next(13) switch
            {
                0 => (OrderSide.Buyer, (OrderCommand)Place),
                1 => (OrderSide.Marketplace, Pay),
                2 => (OrderSide.Marketplace, Pay with { Amount = Total with { Minor = Total.Minor - _random.Next(2) } }),
                3 => (OrderSide.Store, ShipAll),
                4 or 5 => (OrderSide.Store, ShipAll with { Items = [left.IsEmpty ? new ParcelItem(1, 1) : left[0] with { Quantity = 1 }] }),
                6 => (OrderSide.Buyer, Cancel),
                7 => (OrderSide.Store, new AcceptCancellation()),
                8 => (OrderSide.Store, Already),
                9 => (OrderSide.Store, new ExtendDelivery(_random.Next(1, 30))),
                10 => (OrderSide.Buyer, new ConfirmReceipt()),
                11 => (OrderSide.Marketplace, new ReportRefundPaid(_random.Next(0, 4))),
                _ => (OrderSide.Store, Refund(_random.Next(1, 3_000))),
            };
            switch (_random.Next(12))
            {
                case 0 when _last is { } last:
                    Again(last, last.Request.Command is ConfirmReceipt ? Already : new ConfirmReceipt());
                    break;
                case 1:
                    side = (OrderSide)_random.Next(1, 4);
                    Handle(side, By(side, State, command));
                    break;
                case 2 when side != OrderSide.Marketplace && State.Version > 0:
                    Handle(side, By(side, State, command) with { ExpectedVersion = State.Version - 1 });
                    break;
                default:
                    Handle(side, By(side, State, command));
                    break;
            }
        }

        private void Handle(OrderSide side, OrderRequest request)
        {
            var expected = Expected(side, request);
            var decision = OrderRules.Decide(State, request, side, Terms, _now);
            Assert.True(
                expected == decision.Error?.Code,
                $"{request.Command.GetType().Name} by {side} in {_place}/{State.Status}: {decision.Error?.Code.ToString() ?? "accepted"}, not {expected?.ToString() ?? "accepted"}");
            if (!decision.IsOk)
            {
                Refused.Add(decision.Error.Code);
                return;
            }

            Accepted++;
            Follow(request.Command);
            var before = State;
            State = OrderRules.Apply(before, decision.Value.Events);
            Assert.Equal(before.Version + 1, State.Version);
            _last = (side, request, decision.Value.Receipt);
        }

        /// <summary>A command that succeeded has its first answer for ever; its id is good for nothing else.</summary>
        private void Again((OrderSide Side, OrderRequest Request, OrderReceipt Receipt) known, OrderCommand other)
        {
            var repeat = OrderRules.Decide(State, known.Request, known.Side, Terms, _now).Value!;
            Assert.Empty(repeat.Events);
            Assert.Equal(known.Receipt with { Duplicate = true }, repeat.Receipt);
            Assert.Equal(ErrorCode.IdConflict, OrderRules.Decide(State, known.Request with { Command = other }, known.Side, Terms, _now).Error?.Code);
        }

        /// <summary>What the model answers: null when it allows the command.</summary>
        private ErrorCode? Expected(OrderSide side, OrderRequest request)
        {
            var command = request.Command;
            if (_place == "none" && command is not PlaceOrder)
            {
                return ErrorCode.OrderNotFound;
            }

            var allowed = command switch
            {
                PlaceOrder => side != OrderSide.Store,
                RequestCancellation or ConfirmReceipt => side == OrderSide.Buyer,
                AcceptCancellation or AnswerAlreadyShipped or ExtendDelivery => side == OrderSide.Store,
                ShipParcel or GrantRefund => side != OrderSide.Buyer,
                _ => side == OrderSide.Marketplace,
            };
            return !allowed ? ErrorCode.OrderOtherSide
                : command is not PlaceOrder && request.ExpectedVersion is { } version && version != _version ? ErrorCode.OrderChanged
                : command is PlaceOrder ? (_place == "none" ? null : ErrorCode.IdConflict)
                : command is ReportRefundPaid paid ? (paid.Refund >= 1 && paid.Refund <= _refunds.Count && !_refunds[paid.Refund - 1] ? null : ErrorCode.RefundNotFound)
                : !Places(command).Contains(_place) ? ErrorCode.OrderWrongState
                : Bound(command);
        }

        /// <summary>Where a command has its place.</summary>
        private static string[] Places(OrderCommand command) => command switch
        {
            ReportPayment => ["unpaid"],
            ShipParcel => ["ship", "asked"],
            RequestCancellation => ["ship"],
            AcceptCancellation or AnswerAlreadyShipped => ["asked"],
            ExtendDelivery => ["shipped"],
            ConfirmReceipt => ["shipped", "protected"],
            _ => ["ship", "asked", "shipped", "protected", "done"],
        };

        /// <summary>The bounds of a command in its place.</summary>
        private ErrorCode? Bound(OrderCommand command) => command switch
        {
            ReportPayment pay when pay.Amount.Minor != Total.Minor => ErrorCode.AmountInvalid,
            RequestCancellation when _asked >= Limits.OrderCancellationsMax => ErrorCode.TooMany,
            ExtendDelivery extend when _deliveryEnds.AddDays(extend.Days) > _shipped.AddDays(120) => ErrorCode.ExtensionTooLong,
            GrantRefund refund when refund.Amount.Minor > _refundable => ErrorCode.RefundTooLarge,
            GrantRefund when _refunds.Count >= Limits.OrderRefundsMax => ErrorCode.TooMany,
            _ => null,
        };

        /// <summary>What an accepted command makes of the model.</summary>
        private void Follow(OrderCommand command)
        {
            _version++;
            switch (command)
            {
                case PlaceOrder:
                    _place = "unpaid";
                    break;
                case ReportPayment:
                    (_place, _refundable) = ("check", Total.Minor);
                    break;
                case ShipParcel ship:
                    Shipped(ship.Items.Count == 0 ? _left : 1);
                    break;
                case RequestCancellation:
                    (_place, _asked) = ("asked", _asked + 1);
                    break;
                case AcceptCancellation:
                    CancelRest();
                    break;
                case AnswerAlreadyShipped:
                    Shipped(_left);
                    break;
                case ExtendDelivery extend:
                    _deliveryEnds = _deliveryEnds.AddDays(extend.Days);
                    break;
                case ConfirmReceipt:
                    _place = "done";
                    break;
                case GrantRefund refund:
                    _refundable -= refund.Amount.Minor;
                    _refunds.Add(false);
                    break;
                case ReportRefundPaid paid:
                    _refunds[paid.Refund - 1] = true;
                    break;
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

            _version++;
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
                StartDelivery();
            }
        }

        private void CancelRest()
        {
            var price = _anyShipped ? State.Lines.Select((line, at) => line.Product.Price.Minor * LeftBefore(at)).Sum() : Total.Minor;
            if (Math.Min(_refundable, price) is var owed && owed > 0)
            {
                _refundable -= owed;
                _refunds.Add(false);
            }

            _left = 0;
            _place = "closed";
            if (_anyShipped)
            {
                StartDelivery();
            }
        }

        private void StartDelivery() => (_place, _shipped, _deliveryEnds) = ("shipped", _now, _now.AddDays(60));

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
            Assert.Equal(_refunds, State.Refunds.Select(refund => refund.Status == RefundStatus.Paid));
            Assert.Equal(_version, State.Version);
            Assert.InRange(State.Refunds.Sum(refund => refund.Amount.Minor), 0, State.Paid?.Minor ?? 0);
            Assert.Equal(State.Version, State.Steps.Length);
            Assert.Equal(Enumerable.Range(1, State.Steps.Length).Select(version => (long)version), State.Outbox.Select(notice => notice.Number));
            Assert.Equal(State.Outbox.Length, State.Outbox.Select(notice => notice.Notice.Order.Version).Distinct().Count());
            var waits = State.Status is not (OrderStatus.AwaitingShipment or OrderStatus.Completed or OrderStatus.Closed);
            Assert.Equal(waits, State.Deadline is not null);
        }
    }
}
