using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Hub;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Telemetry;

/// <summary>
/// What a front end measures, in the meter <c>Chat.Front</c>. Every tag has a bounded set of values: methods, codes, reasons,
/// never ids. Queues and connections are looked at when somebody reads, not when something changes.
/// </summary>
internal sealed class FrontMetrics
{
    public const string MeterName = "Chat.Front";

    private const string Accepted = "ok";

    private const string SilentReason = "silent";

    private static readonly FrozenDictionary<int, string> Codes =
        Enum.GetValues<ErrorCode>().ToFrozenDictionary(code => (int)code, code => ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture));

    private readonly Counter<long> _calls;
    private readonly Histogram<double> _callTime;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _resyncs;
    private readonly Counter<long> _resumes;
    private readonly Histogram<double> _fanOutLag;
    private readonly FrontFigures _figures;

    public FrontMetrics(IMeterFactory meters, ConnectionDirectory directory, FrontFigures figures)
    {
        _figures = figures;
        var meter = meters.Create(MeterName);
        _calls = meter.CreateCounter<long>("chat.hub.calls", "{call}", "Hub calls, by method and outcome: ok or the code of the refusal. Sends are those of the method send, acks those with ok.");
        _callTime = meter.CreateHistogram(
            "chat.hub.call.duration", "s", "From a hub call to its answer, by method; of send it is the time to the ack.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 6] });
        _refusals = meter.CreateCounter<long>("chat.refusals", "{refusal}", "Refusals, by surface (hub or rest) and code.");
        _signIns = meter.CreateCounter<long>("chat.signins.refused", "{attempt}", "Sign-ins and tokens refused, by code.");
        _closed = meter.CreateCounter<long>("chat.hub.closed", "{connection}", "Connections this end closed, by reason and, where that has several, cause; slow_client are those that did not read, silent those whose network was gone when they were asked.");
        _resyncs = meter.CreateCounter<long>("chat.hub.resyncs", "{connection}", "Connections told to ask again, by cause.");
        _resumes = meter.CreateCounter<long>("chat.hub.resumes", "{position}", "Positions that clients resumed from, by answer.");
        _fanOutLag = meter.CreateHistogram(
            "chat.fanout.lag", "s", "From the end of a message's commit to the queues of its receivers' connections here.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });

        meter.CreateObservableUpDownCounter("chat.hub.connections", () => figures.Connections, "{connection}", "Live connections.");
        meter.CreateObservableUpDownCounter("chat.hub.users", () => directory.Users.Count(), "{user}", "People with a live connection.");
        meter.CreateObservableCounter("chat.hub.pushes", () => figures.Pushes, "{event}", "Events queued for connections.");
        meter.CreateObservableGauge("chat.hub.outgoing.events", () => directory.Waiting().Events, "{event}", "Events that wait for all connections.");
        meter.CreateObservableGauge("chat.hub.outgoing.bytes", () => directory.Waiting().Bytes, "By", "Bytes that wait for all connections.");
        meter.CreateObservableGauge("chat.hub.outgoing.events.max", () => directory.Waiting().Longest, "{event}", "Events that wait for the slowest connection.");
    }

    /// <summary>A hub call was answered.</summary>
    public void Called(string method, object? reply, TimeSpan took)
    {
        var code = reply switch { RefusalWire refusal => refusal.Error.Code, RefusedCall refused => (int)refused.Error.Code, _ => 0 };
        _calls.Add(1, KeyValuePair.Create("method", (object?)method), KeyValuePair.Create("code", (object?)(code == 0 ? Accepted : NameOf(code))));
        _callTime.Record(took.TotalSeconds, KeyValuePair.Create("method", (object?)method));
        if (code != 0)
        {
            Refused("hub", code);
        }
    }

    /// <summary>A request over HTTP was refused.</summary>
    public void Refused(ErrorCode code) => Refused("rest", (int)code);

    /// <summary>This end closes a connection.</summary>
    public void Closed(ClosingCode code, CutCause cause, UserId user)
    {
        switch (cause)
        {
            case CutCause.None:
                _closed.Add(1, KeyValuePair.Create("reason", (object?)ErrorNames.Of(code)));
                break;
            case CutCause.Unreachable:
                Cut(SilentReason, "probe");
                break;
            default:
                Cut(ErrorNames.Of(code), cause switch { CutCause.QueueFull => "queue", CutCause.PushWaited => "wait", _ => "probe" });
                _figures.Cut(user);
                break;
        }
    }

    private void Cut(string reason, string cause) =>
        _closed.Add(1, KeyValuePair.Create("reason", (object?)reason), KeyValuePair.Create("cause", (object?)cause));

    /// <summary>Connections were told to ask again.</summary>
    public void Resynced(ResyncCause cause, int connections) =>
        _resyncs.Add(connections, KeyValuePair.Create("cause", (object?)(cause switch
        {
            ResyncCause.Gap => "gap",
            ResyncCause.Registration => "registration",
            _ => "lost",
        })));

    /// <summary>A position was answered; the state is one of four words.</summary>
    public void Resumed(string state) => _resumes.Add(1, KeyValuePair.Create("state", (object?)state));

    /// <summary>A message reached the queues of its receivers here.</summary>
    public void FannedOut(TimeSpan lag) => _fanOutLag.Record(Math.Max(0, lag.TotalSeconds));

    private static string NameOf(int code) => Codes.GetValueOrDefault(code, "other");

    private void Refused(string surface, int code)
    {
        var name = KeyValuePair.Create("code", (object?)NameOf(code));
        _refusals.Add(1, KeyValuePair.Create("surface", (object?)surface), name);
        _figures.Refused(code);
        if ((ErrorCode)code is ErrorCode.Unauthenticated or ErrorCode.BadCredentials or ErrorCode.TooManyAttempts or ErrorCode.SessionRevoked)
        {
            _signIns.Add(1, name);
        }
    }
}

/// <summary>How it was found that a client does not read.</summary>
internal enum CutCause
{
    /// <summary>It is closed for another reason.</summary>
    None,

    /// <summary>Too much waited.</summary>
    QueueFull,

    /// <summary>Something waited too long.</summary>
    PushWaited,

    /// <summary>It did not answer when asked, though its machine is there.</summary>
    ProbeUnanswered,

    /// <summary>It did not answer, and its machine does not acknowledge either: the network is gone, and nobody is slow.</summary>
    Unreachable,
}

/// <summary>Why connections were told to ask again.</summary>
internal enum ResyncCause
{
    /// <summary>Batches to this front end are missing.</summary>
    Gap,

    /// <summary>A grain had forgotten this front end.</summary>
    Registration,

    /// <summary>A grain dropped pushes.</summary>
    Lost,
}
