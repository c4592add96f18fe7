namespace Chat.WebFront.Connections;

/// <summary>
/// Lets one in at a time, in the order they came. While nobody is inside it is one empty reference: made for what there is one of
/// for each person and hardly anybody ever waits for. Must not be copied.
/// </summary>
internal struct TurnQueue
{
    /// <summary>Of who came last; null while nobody is inside.</summary>
    private TaskCompletionSource? _last;

    /// <summary>
    /// Waits until all who came before have left. Then <paramref name="turn"/> must be handed back with <see cref="Leave"/>, whatever
    /// happens meanwhile. Never fails, and nobody who waits can give up.
    /// </summary>
    public Task Enter(out TaskCompletionSource turn)
    {
        turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.Exchange(ref _last, turn)?.Task ?? Task.CompletedTask;
    }

    /// <summary>Lets the next one in, which goes on elsewhere.</summary>
    public void Leave(TaskCompletionSource turn)
    {
        Interlocked.CompareExchange(ref _last, null, turn);
        turn.SetResult();
    }
}
