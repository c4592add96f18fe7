using Orleans.Runtime;

namespace Chat.EmbeddedHost.Storage;

/// <summary>A row of state.</summary>
/// <param name="Exists">Whether it has content.</param>
/// <param name="Value">The content.</param>
/// <param name="Version">Its version; null when there is no row. A cleared row keeps its version.</param>
public readonly record struct StateRow<T>(bool Exists, T? Value, string? Version);

/// <summary>
/// Keeps grains' values. A row is found by state name and grain key. Writing compares versions: when the row has another
/// one than the caller, nothing changes and <see cref="Orleans.Storage.InconsistentStateException"/> is thrown. Any other
/// exception leaves open whether the write happened.
/// </summary>
public interface IGrainStateStorage
{
    /// <summary>Reads a row.</summary>
    Task<StateRow<T>> Read<T>(string stateName, GrainId grain);

    /// <summary>Writes a row; returns its new version. No version means that there must be no row yet.</summary>
    Task<string> Write<T>(string stateName, GrainId grain, T value, string? version);

    /// <summary>Empties a row; returns its new version, null when nothing is left of it.</summary>
    Task<string?> Clear(string stateName, GrainId grain, string? version);
}
