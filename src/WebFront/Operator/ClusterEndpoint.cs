using Chat.Grains;
using Chat.Grains.Cluster;
using Chat.Grains.Orders;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Auth;
using Chat.WebFront.Hosting;
using Chat.WebFront.Options;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Options;
using Orleans;

namespace Chat.WebFront.Operator;

/// <summary>The whole cluster at one moment, for operators: docs/protocol.md part 8.</summary>
internal static class ClusterEndpoint
{
    private static readonly ShardRange AllShards = new(0, Limits.DeadlineShardsMax - 1);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/operator/cluster", Cluster).RequireStaff(StaffRole.Operator).WithSummary("Processes, load and what stands out, for operators")
            .Produces<ClusterWire>().Produces<RefusalWire>(401).Produces<RefusalWire>(404);

    private static async Task<IResult> Cluster(
        IGrainFactory grains, ClusterHosts hosts, IDeadlineReader deadlines, PolicyClock clock, IOptions<Policy> policy, TimeProvider time)
    {
        var silos = hosts.Read();
        var reports = grains.ClusterBoard().Read();

        var due = deadlines.Due(clock.Now, Limits.DeadlinePageMax, AllShards, after: null);
        await Task.WhenAll(silos, reports, due);

        // What the next sweep will take is not late yet.
        var overdue = (await due).Where(order => clock.RealTimeSince(order.At) > 2 * policy.Value.DeadlineSweep).ToArray();
        return Results.Json(Wire(time.GetUtcNow(), await silos, await reports, overdue), WireJson.Rules);
    }

    private static ClusterWire Wire(
        DateTimeOffset now, IReadOnlyList<SiloView> silos, IReadOnlyList<ProcessReport> reports, DueOrder[] overdue)
    {
        var fronts = reports.Where(report => report.Front is not null).Select(report => (report.Place, Front: report.Front!)).ToArray();
        return new ClusterWire(
            now.ToWire(),
            GrainHosting.Name,
            [.. silos.Select(silo => new SiloWire(silo.Place, silo.Status, silo.Activations, silo.StartedAt?.ToWire()))],
            [.. reports.Select(Wire)],
            [.. fronts.SelectMany(front => front.Front.Hot).GroupBy(hot => hot.Conversation, hot => hot.Sends)
                .Select(hot => new HotWire(hot.Key.Value, hot.Sum())).OrderByDescending(hot => hot.Sends).Take(Limits.BoardListMax)],
            [.. fronts.SelectMany(front => front.Front.Slow, (front, slow) => new SlowWire(front.Place, slow.User.Value, slow.Events, slow.Bytes))
                .OrderByDescending(slow => slow.Events).Take(Limits.BoardListMax)],
            [.. fronts.SelectMany(front => front.Front.Cut, (front, cut) => new CutWire(front.Place, cut.User.Value, cut.At.ToWire()))
                .OrderByDescending(cut => cut.At).Take(Limits.BoardListMax)],
            [.. fronts.SelectMany(front => front.Front.Refusals).GroupBy(refusal => refusal.Code, refusal => refusal.Count)
                .Select(code => new RefusalsWire(code.Key, ErrorNames.Of((ErrorCode)code.Key), code.Sum())).OrderByDescending(code => code.Count)],
            new OverdueWire(overdue.Length, overdue.Length == Limits.DeadlinePageMax, overdue.Length > 0 ? overdue[0].At.ToWire() : null));
    }

    private static ProcessWire Wire(ProcessReport report) => new(
        report.Id,
        report.Kind.ToString().ToLowerInvariant(),
        report.Place,
        report.Version,
        report.StartedAt.ToWire(),
        report.At.ToWire(),
        Math.Round(report.Cpu, 3),
        report.MemoryBytes,
        report.Front is { } front ? new WaitingWire(front.WaitingEvents, front.WaitingBytes) : null,
        [.. report.Samples.Select(sample => new SampleWire(
            sample.At.ToWire(),
            sample.Connections,
            Rate(sample.Sends, sample),
            Rate(sample.Pushes, sample),
            Rate(sample.Refused, sample),
            Rate(sample.Stored, sample)))]);

    /// <summary>By the second.</summary>
    private static double Rate(long count, LoadSample sample) => Math.Round(count / sample.Seconds, 2);
}
