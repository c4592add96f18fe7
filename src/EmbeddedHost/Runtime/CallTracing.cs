using System.Diagnostics;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>
/// Spans of grain calls, under the name and in the manner of Orleans' own, so that whoever exports them need not know the host.
/// </summary>
internal static class CallTracing
{
    private static readonly ActivitySource Source = new("Microsoft.Orleans.Application");

    /// <summary>The span a call is made in, if anybody listens.</summary>
    public static Activity? Cause => Source.HasListeners() ? Activity.Current : null;

    /// <summary>Begins the span of a call inside a turn; the caller ends the turn's part with <see cref="Leave"/>.</summary>
    public static Activity? Begin(string name, Activity cause) => Source.StartActivity(name, ActivityKind.Server, cause.Context);

    /// <summary>The call goes on by itself; the next turn on this thread is not its.</summary>
    public static void Leave() => Activity.Current = null;
}
