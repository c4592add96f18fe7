namespace Chat.WebFront.Tests.Crash;

/// <summary>A transition as it was read back; <paramref name="At"/> is by the orders' clock.</summary>
internal sealed record SeenStep(long Version, string Change, string Side, DateTimeOffset At, string Status);

/// <summary>A notice as the log has it; <paramref name="SentAt"/> is by the wall's clock.</summary>
internal sealed record SeenNotice(long Version, string Change, DateTimeOffset SentAt);

/// <summary>One order as it was read back.</summary>
internal sealed record SeenOrder(string Id, IReadOnlyList<SeenStep> Steps, IReadOnlyList<SeenNotice> Notices);

/// <summary>Something that orders need was down, from its kill until it was ready again.</summary>
internal sealed record Outage(string What, DateTimeOffset From, DateTimeOffset To);

/// <summary>The clock that orders were rehearsed by.</summary>
internal sealed record FastClock(DateTimeOffset Origin, double Speed)
{
    /// <summary>When the orders' clock showed this.</summary>
    public DateTimeOffset RealOf(DateTimeOffset shown) => Origin + (shown - Origin) / Speed;
}

/// <summary>A deadline that made its transition.</summary>
/// <param name="Kind">The change it made.</param>
/// <param name="Late">In real time.</param>
/// <param name="LateWithAllUp">The part of it in which nothing that orders need was down: how late it was after recovery.</param>
internal sealed record FiredDeadline(string Kind, TimeSpan Late, TimeSpan LateWithAllUp);

/// <summary>
/// Judges what became of orders, by a table of its own and not by the product's rules: every deadline that was set is followed
/// by exactly one transition of the system, never before its time, or by the person who was there first; every transition is
/// told once.
/// </summary>
internal sealed class DeadlineCheck(FastClock clock, IReadOnlyDictionary<string, TimeSpan> within, IReadOnlyList<Outage> outages, DateTimeOffset readAt)
{
    /// <summary>What the wall's clock and the orders' may differ by: both are cut to milliseconds.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);

    /// <summary>From which statuses, to which (none: it stays), which deadline it sets, and whether a deadline makes it.</summary>
    private static readonly Dictionary<string, (string[] From, string? To, string? Sets, bool ByDeadline)> Changes = new()
    {
        ["placed"] = ([""], "awaitingPayment", "paymentExpired", false),
        ["paid"] = (["awaitingPayment"], "paymentCheck", "paymentChecked", false),
        ["paymentExpired"] = (["awaitingPayment"], "closed", null, true),
        ["paymentChecked"] = (["paymentCheck"], "awaitingShipment", null, true),
        ["cancellationRequested"] = (["awaitingShipment"], "cancellationRequested", "cancellationExpired", false),
        ["cancellationAccepted"] = (["cancellationRequested"], "closed", "refundOverdue", false),
        ["cancellationExpired"] = (["cancellationRequested"], "closed", "refundOverdue", true),
        ["alreadyShipped"] = (["cancellationRequested"], "shipped", "deliveryEnded", false),
        ["shipped"] = (["awaitingShipment", "cancellationRequested"], "shipped", "deliveryEnded", false),
        ["deliveryEnded"] = (["shipped"], "protection", "protectionEnded", true),
        ["receiptConfirmed"] = (["shipped", "protection"], "completed", null, false),
        ["protectionEnded"] = (["protection"], "completed", null, true),
        ["refundOverdue"] = (["closed"], null, null, true),
    };

    private readonly List<string> _faults = [];
    private readonly List<FiredDeadline> _fired = [];

    /// <summary>What must not be, a line each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>All deadlines that made their transition.</summary>
    public IReadOnlyList<FiredDeadline> Fired => _fired;

    /// <summary>Deadlines that a person was faster than.</summary>
    public int Overtaken { get; private set; }

    /// <summary>The value that this part of the values does not exceed.</summary>
    public static TimeSpan Quantile(IEnumerable<TimeSpan> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
    }

    /// <summary>Judges one order.</summary>
    public void Add(SeenOrder order)
    {
        var status = "";
        (string Change, DateTimeOffset At)? waiting = null;
        var version = 0L;
        foreach (var step in order.Steps)
        {
            version++;
            if (!Changes.TryGetValue(step.Change, out var rule))
            {
                Fault(order, step, "is no change that this test knows");
                return;
            }

            var next = rule.To ?? status;
            if (step.Version != version || !rule.From.Contains(status) || step.Status != next || step.Side == "system" != rule.ByDeadline)
            {
                Fault(order, step, $"cannot come as number {version} from '{status}'");
            }

            if (rule.ByDeadline)
            {
                Fire(order, step, waiting);
            }
            else if (waiting is not null)
            {
                Overtaken++;
            }

            status = next;
            waiting = rule.Sets is { } set ? (set, step.At + within[set]) : null;
        }

        if (waiting is { } missing && clock.RealOf(missing.At) < readAt)
        {
            _faults.Add($"{order.Id}: {missing.Change} is missing, due at {missing.At:O}");
        }

        CheckNotices(order);
    }

    private void Fire(SeenOrder order, SeenStep step, (string Change, DateTimeOffset At)? waiting)
    {
        if (waiting is not { } due || due.Change != step.Change)
        {
            Fault(order, step, "was not due at all, or is doubled");
            return;
        }

        if (step.At < due.At)
        {
            Fault(order, step, $"is early: it was due at {due.At:O}");
        }

        // Told is told: the log has another clock than the orders'.
        if (order.Notices.FirstOrDefault(notice => notice.Version == step.Version) is { } notice && notice.SentAt < clock.RealOf(due.At) - Grain)
        {
            Fault(order, step, $"was told early, at {notice.SentAt:O}");
        }

        var (from, to) = (clock.RealOf(due.At), clock.RealOf(step.At));
        _fired.Add(new FiredDeadline(step.Change, to - from, to - from - Down(from, to)));
    }

    private void CheckNotices(SeenOrder order)
    {
        var steps = order.Steps.Select(step => (step.Version, step.Change)).Order().ToArray();
        var told = order.Notices.Select(notice => (notice.Version, notice.Change)).Order().ToArray();
        if (!steps.SequenceEqual(told))
        {
            _faults.Add($"{order.Id}: {steps.Length} transitions, and the conversation tells {told.Length}: {string.Join(", ", told)}");
        }
    }

    /// <summary>How long between two moments anything was down.</summary>
    private TimeSpan Down(DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        var counted = from;
        foreach (var outage in outages.OrderBy(outage => outage.From))
        {
            var (begin, end) = (outage.From > counted ? outage.From : counted, outage.To < to ? outage.To : to);
            if (begin < end)
            {
                sum += end - begin;
                counted = end;
            }
        }

        return sum;
    }

    private void Fault(SeenOrder order, SeenStep step, string what) => _faults.Add($"{order.Id}: {step.Version} {step.Change} by {step.Side} at {step.At:O} {what}");
}
