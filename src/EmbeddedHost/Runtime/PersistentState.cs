using Chat.EmbeddedHost.Storage;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>Something to read before a grain is activated.</summary>
internal interface IStateLoader
{
    Task LoadAsync();
}

/// <summary>A stored value in memory, with the version it has in storage.</summary>
internal sealed class PersistentState<T>(IGrainStateStorage storage, string name, GrainId grain) : IPersistentState<T>, IStateLoader
{
    private T state = NewState();

    public string? Etag { get; private set; }

    public bool RecordExists { get; private set; }

    public T State
    {
        get => state;
        set => state = value;
    }

    public Task LoadAsync() => ReadStateAsync();

    public async Task ReadStateAsync()
    {
        var row = await storage.Read<T>(name, grain);
        state = row.Exists ? row.Value! : NewState();
        Etag = row.Version;
        RecordExists = row.Exists;
    }

    public async Task WriteStateAsync()
    {
        Etag = await storage.Write(name, grain, state, Etag);
        RecordExists = true;
    }

    public async Task ClearStateAsync()
    {
        if (!RecordExists && Etag is null)
        {
            await ReadStateAsync();
            if (!RecordExists && Etag is null)
            {
                return;
            }
        }

        Etag = await storage.Clear(name, grain, Etag);
        RecordExists = false;
        state = NewState();
    }

    private static T NewState() => typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is null
        ? default!
        : Activator.CreateInstance<T>();
}
