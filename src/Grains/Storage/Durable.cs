using Orleans;
using Orleans.Runtime;

namespace Chat.Grains.Storage;

/// <summary>
/// A grain's persistent state that changes in memory only after it changed in the database. The host's own
/// <see cref="IPersistentState{TState}"/> is set before its write, so an interleaved read could tell what is not durable,
/// and a failed write would leave it standing.
/// </summary>
internal sealed class Durable<T>(IPersistentState<T> state)
    where T : class, new()
{
    private T? _value;
    private bool _unknown;

    /// <summary>What is durable.</summary>
    public T Value => _value ??= state.State;

    /// <summary>Reads again, for an activation that has learned that another one wrote.</summary>
    public async Task Read()
    {
        await state.ReadStateAsync();
        _value = state.State;
    }

    /// <summary>
    /// Makes <paramref name="next"/> durable, then visible. When it throws, the outcome is not known: <paramref name="owner"/>
    /// is let go, so that its next activation reads what is true.
    /// </summary>
    public async Task Write(T next, IGrainBase owner)
    {
        _ = Value;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            owner.DeactivateOnIdle();
            throw;
        }

        _value = next;
    }

    /// <summary>
    /// The same for a grain that is right without what it stores. When it throws, the outcome is not known, but the activation
    /// stays: what is durable is read again before the next write.
    /// </summary>
    public async Task WriteAndStay(T next)
    {
        if (_unknown)
        {
            await Read();
        }

        _ = Value;
        state.State = next;
        _unknown = true;
        await state.WriteStateAsync();
        _unknown = false;
        _value = next;
    }
}
