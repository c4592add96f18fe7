namespace Chat.WebFront.Tests.Crash;

/// <summary>The judge of the runs with crashes finds what is planted, and nothing where nothing is.</summary>
public sealed class DeadlineCheckTests
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FastClock Clock = new(Origin, 3_600);
    private static readonly Dictionary<string, TimeSpan> Within = new()
    {
        ["paymentExpired"] = TimeSpan.FromHours(10), ["paymentChecked"] = TimeSpan.FromHours(5), ["cancellationExpired"] = TimeSpan.FromHours(5),
        ["deliveryEnded"] = TimeSpan.FromHours(5), ["protectionEnded"] = TimeSpan.FromHours(5), ["refundOverdue"] = TimeSpan.FromHours(5),
    };

    [Fact]
    public void Sound_lives_have_no_fault_and_their_lateness_is_in_real_time()
    {
        var check = Judge(Expired(10 + 2), Paid());
        Assert.Empty(check.Faults);
        Assert.Equal(["paymentExpired", "paymentChecked"], check.Fired.Select(fired => fired.Kind));
        Assert.Equal([TimeSpan.FromSeconds(2), TimeSpan.Zero], check.Fired.Select(fired => fired.Late));
        Assert.Equal(1, check.Overtaken);
    }

    [Fact]
    public void Lateness_with_all_up_leaves_out_what_was_down_once_however_outages_overlap()
    {
        var check = Judge([Down(8, 11), Down(10, 12), Down(13, 14), Down(19, 30)], Expired(10 + 10));
        Assert.Equal(TimeSpan.FromSeconds(10), check.Fired[0].Late);
        Assert.Equal(TimeSpan.FromSeconds(10 - 2 - 1 - 1), check.Fired[0].LateWithAllUp);
    }

    [Fact]
    public void Early_transition_is_found() => Finds("early", Expired(9.999));

    [Fact]
    public void Transition_told_before_its_time_is_found()
    {
        var order = Expired(10);
        Finds("told early", order with { Notices = [order.Notices[0], order.Notices[1] with { SentAt = Origin.AddSeconds(9.9) }] });
    }

    [Fact]
    public void Doubled_transition_is_found()
    {
        var order = Expired(10);
        Finds("doubled", Told(order.Id, [.. order.Steps, order.Steps[1] with { Version = 3 }]));
    }

    [Fact]
    public void Version_given_twice_is_found()
    {
        var order = Expired(10);
        Finds("number 2", Told(order.Id, [order.Steps[0], order.Steps[1] with { Version = 1 }]));
    }

    [Fact]
    public void Missing_transition_is_found() => Finds("missing", Told("o", [Step(1, "placed", "buyer", 0, "awaitingPayment")]));

    [Fact]
    public void Transition_that_nothing_led_to_is_found() =>
        Finds("not due", Told("o", [Step(1, "placed", "buyer", 0, "awaitingPayment"), Step(2, "protectionEnded", "system", 50, "completed")]));

    [Fact]
    public void Both_winners_of_a_race_are_found()
    {
        var order = Expired(10);
        Finds("cannot come", Told(order.Id, [.. order.Steps, Step(3, "paid", "marketplace", 10, "paymentCheck"), Step(4, "paymentChecked", "system", 15, "awaitingShipment")]));
    }

    [Fact]
    public void Notice_lost_or_doubled_is_found()
    {
        var order = Expired(10);
        Finds("tells 1", order with { Notices = [order.Notices[0]] });
        Finds("tells 3", order with { Notices = [.. order.Notices, order.Notices[1]] });
    }

    [Fact]
    public void Quantiles_are_values_that_were_there()
    {
        var values = Enumerable.Range(1, 200).Select(second => TimeSpan.FromSeconds(second)).Reverse().ToArray();
        Assert.Equal((100, 198, 200), (Seconds(0.5), Seconds(0.99), Seconds(1)));

        double Seconds(double part) => DeadlineCheck.Quantile(values, part).TotalSeconds;
    }

    private static void Finds(string words, SeenOrder order) => Assert.Contains(words, string.Join('\n', Judge(order).Faults), StringComparison.Ordinal);

    private static DeadlineCheck Judge(params SeenOrder[] orders) => Judge([], orders);

    private static DeadlineCheck Judge(Outage[] outages, params SeenOrder[] orders)
    {
        var check = new DeadlineCheck(Clock, Within, outages, Origin.AddSeconds(60));
        foreach (var order in orders)
        {
            check.Add(order);
        }

        return check;
    }

    private static Outage Down(double from, double to) => new("silo", Origin.AddSeconds(from), Origin.AddSeconds(to));

    /// <summary>Placed at 0, due after 10 s; times are seconds on the wall.</summary>
    private static SeenOrder Expired(double at) => Told("expired", [Step(1, "placed", "buyer", 0, "awaitingPayment"), Step(2, "paymentExpired", "system", at, "closed")]);

    private static SeenOrder Paid() => Told(
        "paid",
        [
            Step(1, "placed", "buyer", 0, "awaitingPayment"), Step(2, "paid", "marketplace", 3, "paymentCheck"),
            Step(3, "paymentChecked", "system", 8, "awaitingShipment"),
        ]);

    private static SeenOrder Told(string id, SeenStep[] steps) =>
        new(id, steps, [.. steps.Select(step => new SeenNotice(step.Version, step.Change, Clock.RealOf(step.At)))]);

    private static SeenStep Step(long version, string change, string side, double second, string status) =>
        new(version, change, side, Origin.AddHours(second), status);
}
