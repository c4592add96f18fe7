using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Chat.Grains.Cluster;

/// <summary>Running totals of a process with connections, for its samples.</summary>
/// <param name="Connections">Live connections now.</param>
/// <param name="Sends">Since the start.</param>
/// <param name="Pushes">Since the start.</param>
/// <param name="Refused">Since the start.</param>
public sealed record FrontTotals(int Connections, long Sends, long Pushes, long Refused);

/// <summary>What a process with connections can tell of them.</summary>
public interface IFrontLoad
{
    /// <summary>Counts up to now.</summary>
    FrontTotals Totals();

    /// <summary>What else an operator asks for. Called once each sample.</summary>
    FrontReport Report();
}

/// <summary>What a process is, for the board. <paramref name="Place"/> is asked after the start.</summary>
internal sealed record ProcessIdentity(ProcessKind Kind, Func<string> Place);

/// <summary>Samples this process every few seconds and hangs the samples on the board.</summary>
internal sealed partial class ClusterReporter(
    IGrainFactory grains,
    ProcessIdentity identity,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ClusterReporter> logger,
    IFrontLoad? front = null) : BackgroundService
{
    /// <summary>How often a process tells of itself.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly Queue<LoadSample> _samples = new();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private FrontTotals _before = new(0, 0, 0, 0);
    private long _storedBefore = StorageMetrics.StoredMessages;
    private TimeSpan _cpuBefore = Environment.CpuUsage.TotalTime;
    private long _at = time.GetTimestamp();

    /// <summary>This process's name on the board.</summary>
    public string Process => $"{Environment.MachineName}-{Environment.ProcessId}-{_startedAt.ToUnixTimeMilliseconds()}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Grains answer only after the whole host has started.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (stoppingToken.IsCancellationRequested)
        {
            // Told to stop before the start was over, such as when another service cannot start.
            return;
        }

        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await grains.ClusterBoard().Report(Take());
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotReported(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await grains.ClusterBoard().Leave(Process).WaitAsync(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
        catch (Exception error)
        {
            // The report ends by itself.
            LogNotLeft(error);
        }
    }

    private ProcessReport Take()
    {
        var now = time.GetUtcNow();
        var seconds = Math.Max(0.001, time.GetElapsedTime(_at).TotalSeconds);
        _at = time.GetTimestamp();
        var totals = front?.Totals() ?? _before;
        var stored = StorageMetrics.StoredMessages;
        var cpu = Environment.CpuUsage.TotalTime;
        var used = (cpu - _cpuBefore).TotalSeconds / seconds;
        if (_samples.Count >= Limits.BoardSamplesMax)
        {
            _samples.Dequeue();
        }

        _samples.Enqueue(new LoadSample(
            now, seconds, totals.Connections, totals.Sends - _before.Sends, totals.Pushes - _before.Pushes, totals.Refused - _before.Refused, stored - _storedBefore));
        (_before, _storedBefore, _cpuBefore) = (totals, stored, cpu);
        return new ProcessReport(
            Process, identity.Kind, identity.Place(), ProgramVersion.Text, _startedAt, now, used, Environment.WorkingSet, [.. _samples], front?.Report());
    }

    [LoggerMessage(1, LogLevel.Warning, "This process could not tell the cluster's board of its load; it is tried again")]
    private partial void LogNotReported(Exception error);

    [LoggerMessage(2, LogLevel.Debug, "The cluster's board could not be told that this process ends")]
    private partial void LogNotLeft(Exception error);
}
