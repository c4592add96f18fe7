using System.Globalization;
using System.Text.Json;
using Chat.EmbeddedHost.Runtime;
using Chat.EmbeddedHost.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Chat.EmbeddedHost.Simulation;

/// <summary>The simulated database failed; whether a write happened is not known.</summary>
public sealed class SimulatedStorageException(string message) : Exception(message);

/// <summary>
/// A database of grain state in memory, with compare-and-set. A call travels to it, has its effect or not, and travels back,
/// each in virtual time and outside of the caller's turns: a caller that crashes meanwhile may or may not stop its effect.
/// </summary>
public sealed class SimulatedStorage : IGrainStateStorage
{
    private readonly Dictionary<(string Name, GrainId Grain), (byte[]? Payload, int Version)> rows = [];
    private readonly SimulationScheduler scheduler;
    private readonly Random random;

    internal SimulatedStorage(SimulationScheduler scheduler, Random random)
    {
        this.scheduler = scheduler;
        this.random = random;
    }

    /// <summary>Share of calls that fail without effect, 0 to 1.</summary>
    public double FailureShare { get; set; }

    /// <summary>Share of writes that take effect and then fail, 0 to 1.</summary>
    public double CommitThenThrowShare { get; set; }

    /// <summary>Longest way there, and again back.</summary>
    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Told at each effect, at the moment it is durable and before its writer knows: the place to check
    /// invariants. What it throws ends the run.</summary>
    public Action<string, GrainId>? Changed { get; set; }

    /// <summary>What is stored now; default when nothing is.</summary>
    public T? Peek<T>(string stateName, GrainId grain) =>
        rows.TryGetValue((stateName, grain), out var row) && row.Payload is { } payload ? JsonSerializer.Deserialize<T>(payload) : default;

    /// <inheritdoc/>
    public Task<StateRow<T>> Read<T>(string stateName, GrainId grain) => Visit(() =>
        !rows.TryGetValue((stateName, grain), out var row) ? default
        : new StateRow<T>(row.Payload is not null, row.Payload is null ? default : JsonSerializer.Deserialize<T>(row.Payload), Text(row.Version)));

    /// <inheritdoc/>
    public Task<string> Write<T>(string stateName, GrainId grain, T value, string? version)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(value);
        return Visit(() => Change(stateName, grain, payload, version));
    }

    /// <inheritdoc/>
    public Task<string?> Clear(string stateName, GrainId grain, string? version) =>
        Visit<string?>(() => Change(stateName, grain, null, version));

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    private string Change(string stateName, GrainId grain, byte[]? payload, string? version)
    {
        string? stored = rows.TryGetValue((stateName, grain), out var row) ? Text(row.Version) : null;
        if (stored != version)
        {
            throw new InconsistentStateException($"The state {stateName} of {grain} was written by somebody else.", stored, version);
        }

        rows[(stateName, grain)] = (payload, row.Version + 1);
        try
        {
            Changed?.Invoke(stateName, grain);
        }
        catch (Exception violation)
        {
            scheduler.Fail(violation);
        }

        return random.NextDouble() < CommitThenThrowShare
            ? throw new SimulatedStorageException("Committed, and then the connection broke.")
            : Text(row.Version + 1);
    }

    /// <summary>There, effect, back; on the simulation's scheduler, whoever calls.</summary>
    private Task<T> Visit<T>(Func<T> effect)
    {
        var caller = Activation.OnThisThread;
        return Task.Factory.StartNew(() => Visit(effect, caller), CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();
    }

    private async Task<T> Visit<T>(Func<T> effect, Activation? caller)
    {
        await Travel();

        // A caller that crashed meanwhile may have done so before it sent anything.
        if (random.NextDouble() < FailureShare || (caller is { IsDead: true } && random.Next(2) == 0))
        {
            throw new SimulatedStorageException("Nothing was done.");
        }

        try
        {
            return effect();
        }
        finally
        {
            await Travel();
        }
    }

    private Task Travel() => Task.Delay(DelayMax * random.NextDouble(), scheduler.Time);
}
