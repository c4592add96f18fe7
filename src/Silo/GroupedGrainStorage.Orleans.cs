using System.Globalization;
using Chat.Grains.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Chat.Silo;

/// <summary>
/// Grain state for Orleans in the rows of its own ADO.NET provider, read and written in groups where the database has a
/// <see cref="IStateTable"/>. All else is the provider's: other databases, clearing, and keys that it takes for numbers.
/// </summary>
internal sealed class GroupedGrainStorage(AdoNetGrainStorage provider, IStateTable? table) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => provider.Participate(observer);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (TableFor(grainId) is not { } rows)
        {
            await provider.ReadStateAsync(stateName, grainId, grainState);
            return;
        }

        var row = await rows.Read(stateName, grainId.Key.ToString()!);
        grainState.State = row.Payload is { } payload && provider.Serializer.Deserialize<T>(new BinaryData(payload)) is { } state
            ? state
            : Activator.CreateInstance<T>();
        grainState.ETag = row.Version?.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = row.Payload is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (TableFor(grainId) is not { } rows)
        {
            await provider.WriteStateAsync(stateName, grainId, grainState);
            return;
        }

        int? expected = grainState.ETag is { } tag ? int.Parse(tag, CultureInfo.InvariantCulture) : null;
        var payload = provider.Serializer.Serialize(grainState.State).ToArray();
        var version = await rows.Write(stateName, grainId.Key.ToString()!, payload, expected)
            ?? throw new InconsistentStateException($"The state {stateName} of {grainId} was written by somebody else.", null, grainState.ETag);
        grainState.ETag = version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        provider.ClearStateAsync(stateName, grainId, grainState);

    /// <summary>The provider splits a key that reads as a number; keys of ours never do, since each has a colon or tilde.</summary>
    private IStateTable? TableFor(GrainId grain) => grain.TryGetGuidKey(out _, out _) || grain.TryGetIntegerKey(out _, out _) ? null : table;
}
