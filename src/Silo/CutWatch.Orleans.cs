using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Chat.Silo;

/// <summary>
/// Notices other silos that the network keeps from this one, and acts by <see cref="CutRules"/>. It opens connections to the
/// others' silo ports and closes them again: the kernel answers those, however busy or stopped the process behind is, so
/// load alone never looks like a cut.
/// </summary>
internal sealed partial class CutWatch(
    IClusterMembershipService membership,
    ILocalSiloDetails me,
    TimeProvider time,
    ILogger<CutWatch> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Looks in a row without an answer: a cut of about 10 s, and 18 s when each waits. Less, and a switch that restarts would
    /// cost a silo.
    /// </summary>
    private const int LooksMissedMax = 5;

    /// <summary>Looks in a row that a silo answered, or below zero: did not.</summary>
    private readonly Dictionary<SiloAddress, int> _row = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotLooked(error);
            }
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        var active = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToArray();
        if (!active.Contains(me.SiloAddress))
        {
            return;
        }

        var others = active.Where(silo => !silo.Equals(me.SiloAddress)).ToArray();
        var answers = await Task.WhenAll(others.Select(silo => Answers(silo, stopping)));
        foreach (var gone in _row.Keys.Except(others).ToArray())
        {
            _row.Remove(gone);
        }

        for (var i = 0; i < others.Length; i++)
        {
            var before = _row.GetValueOrDefault(others[i]);
            _row[others[i]] = answers[i] ? Math.Max(before, 0) + 1 : Math.Min(before, 0) - 1;
        }

        var silos = others.ToDictionary(Member);
        var mustGo = CutRules.MustGo(
            Member(me.SiloAddress),
            [.. active.Select(Member)],
            [.. silos.Keys.Where(member => _row[silos[member]] >= LooksMissedMax)],
            [.. silos.Keys.Where(member => _row[silos[member]] <= -LooksMissedMax)],
            [.. silos.Keys.Where(member => _row[silos[member]] <= -2 * LooksMissedMax)]);
        foreach (var member in mustGo)
        {
            LogCut(silos[member]);
            await membership.TryKill(silos[member]);
        }
    }

    private static CutMember Member(SiloAddress silo) => new(silo.Endpoint.ToString(), silo.Generation);

    /// <summary>Whether the silo's machine answers. A refusal is an answer: that process is gone, which others find out.</summary>
    private async Task<bool> Answers(SiloAddress silo, CancellationToken stopping)
    {
        using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var connecting = socket.ConnectAsync(silo.Endpoint, patience.Token).AsTask();
        await Task.WhenAny(connecting, Task.Delay(ConnectWithin, time, stopping));

        // By what became of it and not by who came first: both may wait for a busy processor.
        await patience.CancelAsync();
        try
        {
            await connecting;
            return true;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Silo {Silo} cannot be reached from here; it is declared dead so that its grains go on elsewhere")]
    private partial void LogCut(SiloAddress silo);

    [LoggerMessage(2, LogLevel.Warning, "It could not be looked whether other silos can be reached; it is tried again")]
    private partial void LogNotLooked(Exception error);
}
