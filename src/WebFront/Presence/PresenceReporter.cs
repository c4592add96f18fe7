using Chat.Grains;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Presence;

/// <summary>Reports which on-duty agents are connected here: at once on a change, and again before the lease ends.</summary>
internal sealed partial class PresenceReporter(
    IGrainFactory grains,
    ConnectionDirectory directory,
    FrontIdentity identity,
    TimeProvider time,
    IOptions<Policy> policy,
    ILogger<PresenceReporter> logger)
{
    private const int ParallelMax = 32;

    /// <summary>A report that hangs on a silo that is gone must not hold up those of other stores until their leases end.</summary>
    private static readonly TimeSpan ShareWithin = TimeSpan.FromSeconds(1);

    /// <summary>What was said within this time needs no saying again. Far less than a renewal.</summary>
    private static readonly TimeSpan SaidWithin = TimeSpan.FromMilliseconds(500);

    private bool _stopped;

    /// <summary>
    /// Reports one store. Who is there is looked up when the report's turn comes, so the last report tells the last state.
    /// Null when there was nothing to say.
    /// </summary>
    public async Task<PresenceView?> Report(LocalTeam store)
    {
        await store.ReportTurn.WaitAsync();
        try
        {
            // Before it is looked who is there: whoever comes from now on waits for the next report.
            store.TakeReportWaits(false);
            var now = time.GetUtcNow();
            var agents = Volatile.Read(ref _stopped) ? [] : AgentsOf(store, now);
            if (store.LastReport is { } last && Says(last, agents, now))
            {
                return last.View;
            }

            if (agents.Length == 0 && !store.HasReported)
            {
                return null;
            }

            store.HasReported = true;
            store.LastReport = null;
            var view = await grains.Presence(store.Id).Report(identity.Id, agents);
            store.HasReported = agents.Length > 0;
            store.LastReport = new PresenceReport(agents, view, now);
            return view;
        }
        finally
        {
            store.ReportTurn.Release();
        }
    }

    /// <summary>
    /// The same, but nothing where a report already waits for its turn: that one will tell who is there then. When a front
    /// died its agents all come at once, and each report names all of them.
    /// </summary>
    public Task ReportUnlessOneWaits(LocalTeam store) => store.TakeReportWaits(true) ? Task.CompletedTask : Report(store);

    /// <summary>Reports every store a user works for, without waiting.</summary>
    public void ReportStoresOf(LocalUser user)
    {
        foreach (var store in user.Stores.Keys)
        {
            if (directory.Find(store) is { } team)
            {
                _ = TryReport(team);
            }
        }
    }

    /// <summary>Renews this second's share.</summary>
    public Task Tick(long second)
    {
        var shares = Math.Max(1, (int)policy.Value.PresenceRenewal.TotalSeconds);
        var due = directory.Recipients.OfType<LocalTeam>().Where(team => (uint)team.Id.GetHashCode() % (uint)shares == second % shares);
        return Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = ParallelMax }, async (team, _) =>
        {
            await Task.WhenAny(TryReport(team), Task.Delay(ShareWithin, time, CancellationToken.None));
        });
    }

    /// <summary>Takes every report back: this front goes, its agents are elsewhere or gone.</summary>
    public Task TakeBack()
    {
        Volatile.Write(ref _stopped, true);
        return Task.WhenAll(directory.Recipients.OfType<LocalTeam>().Select(store => Try(store, Report)));
    }

    private static AgentSeen[] AgentsOf(LocalTeam store, DateTimeOffset now) =>
    [
        .. store.Users
            .Where(user => !user.Connections.IsEmpty && user.Stores.TryGetValue(store.Id, out var work) && work.Agent.OnDuty)
            .Select(user => new AgentSeen(user.Id, user.LastActive(now))),
    ];

    /// <summary>Whether the same was said a moment ago: a change of duty is learned from the call's answer and from the store's push.</summary>
    private static bool Says(PresenceReport last, AgentSeen[] agents, DateTimeOffset now)
    {
        if (last.Agents.Length != agents.Length || (now - last.At).Duration() > SaidWithin)
        {
            return false;
        }

        for (var i = 0; i < agents.Length; i++)
        {
            if (last.Agents[i].User != agents[i].User || (agents[i].LastActive - last.Agents[i].LastActive).Duration() > SaidWithin)
            {
                return false;
            }
        }

        return true;
    }

    private Task TryReport(LocalTeam store) => Try(store, ReportUnlessOneWaits);

    private async Task Try(LocalTeam store, Func<LocalTeam, Task> report)
    {
        try
        {
            await report(store);
        }
        catch (Exception error)
        {
            LogNotReported(store.Principal, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The presence of {Store} could not be reported; it is tried again")]
    private partial void LogNotReported(PrincipalId store, Exception error);
}
