using System.Text.Json;
using Chat.Grains.Storage;
using Orleans.Storage;

namespace Chat.Silo;

/// <summary>Grain state as plain JSON without type names, by the same options as in the embedded host: rows are interchangeable.</summary>
internal sealed class StateSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, StateStorage.Json));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, StateStorage.Json);
}
