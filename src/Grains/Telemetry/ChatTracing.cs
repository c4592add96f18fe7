using System.Diagnostics;
using Chat.Grains.Fronts;

namespace Chat.Grains.Telemetry;

/// <summary>
/// The spans of one message's way through the cluster: hub call, conversation write, log commit, fan-out, front delivery.
/// Where calls are gathered into a batch, the batch's span belongs to the first of them and is linked with the others. While
/// nobody listens nothing is made and nothing is carried.
/// </summary>
public static class ChatTracing
{
    /// <summary>The name of <see cref="Source"/>.</summary>
    public const string SourceName = "Chat";

    /// <summary>The first word of every span that a person's call begins a trace with.</summary>
    public const string HubPrefix = "hub ";

    /// <summary>The same, for a request to the REST interface.</summary>
    public const string ApiPrefix = "api ";

    /// <summary>Calls one batch is linked with; the others are not named.</summary>
    private const int LinksMax = 32;

    /// <summary>Where all our spans come from.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>The span that runs here, if it is recorded: what is done from now on is done because of it.</summary>
    public static Activity? Here => IsOn && Activity.Current is { Recorded: true } here ? here : null;

    /// <summary>
    /// Begins a span that follows nothing here: the caller's own trace. What ran before, such as the request that a socket once
    /// was, is linked.
    /// </summary>
    public static Activity? BeginTrace(string name)
    {
        if (!IsOn)
        {
            return null;
        }

        var around = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(name, ActivityKind.Server, default(ActivityContext), links: around is null ? null : [new ActivityLink(around.Context)]);
        if (span is null)
        {
            Activity.Current = around;
        }

        return span;
    }

    /// <summary>Begins the span of a batch; null when nothing in it is traced.</summary>
    public static Activity? Begin(string name, ActivityKind kind, IEnumerable<ActivityContext> causes)
    {
        ActivityContext? parent = null;
        List<ActivityLink>? links = null;
        foreach (var cause in causes)
        {
            if (parent is null)
            {
                parent = cause;
            }
            else if ((links ??= []).Count < LinksMax)
            {
                links.Add(new ActivityLink(cause));
            }
            else
            {
                break;
            }
        }

        return parent is { } first ? Source.StartActivity(name, kind, first, links: links) : null;
    }

    /// <summary>What a span is called in a push that goes to other processes.</summary>
    internal static string? Stamp(Activity? cause) => cause?.Id;

    /// <summary>The spans that these pushes follow.</summary>
    public static IEnumerable<ActivityContext> CausesOf(IEnumerable<Push> pushes)
    {
        foreach (var push in pushes)
        {
            if (push is MessagePush { Trace: { } trace } && ActivityContext.TryParse(trace, null, isRemote: true, out var cause))
            {
                yield return cause;
            }
        }
    }

    /// <summary>Has what this flow of control does next belong to no span, where its beginning was somebody's call by chance.</summary>
    internal static void LeaveSpan()
    {
        if (IsOn)
        {
            Activity.Current = null;
        }
    }
}
