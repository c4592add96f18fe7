namespace Chat.Grains.Storage;

/// <summary>A row of a grain's state.</summary>
/// <param name="Payload">The state as UTF-8 JSON; null when there is no row, or a cleared one.</param>
/// <param name="Version">Null when there is no row.</param>
public readonly record struct StoredState(byte[]? Payload, int? Version);

/// <summary>
/// The table of grains' states, for the grains of one service. What is asked for at about the same time is read in one query, or written
/// in one transaction; each row keeps its own fate. Thread-safe.
/// </summary>
public interface IStateTable
{
    /// <summary>The row as it is now. Throws what the database's driver throws.</summary>
    Task<StoredState> Read(string state, string key);

    /// <summary>
    /// Writes a row from the version that was read, which is null for a first write; ends when it is durable. Answers the new
    /// version, or null when the row has another one: nothing was written. Any exception leaves the outcome open, unless the
    /// database could not hold the content.
    /// </summary>
    Task<int?> Write(string state, string key, byte[] payload, int? version);
}
