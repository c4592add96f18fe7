namespace Chat.Grains.Storage;

/// <summary>
/// Answers many questions to the database in one go: whoever asks while enough goes are under way waits for the next one, so a
/// thousand who come at once cost tens of goes. No timer lingers, and an answer is never older than its question.
/// </summary>
/// <param name="goesMax">Goes under way at once. With one only, those who wait hang with it when it hangs.</param>
/// <param name="asksMax">Questions in one go.</param>
/// <param name="waitingMax">Questions that may wait.</param>
/// <param name="answer">Answers questions, in their order. What it throws is thrown at all of them.</param>
internal sealed class GatheredCalls<TAsk, TAnswer>(int goesMax, int asksMax, int waitingMax, Func<IReadOnlyList<TAsk>, Task<TAnswer[]>> answer)
    : IThreadPoolWorkItem
{
    /// <summary>However much keeps coming, no question waits longer for company than so many turns of the thread pool.</summary>
    private const int GatherStepsMax = 4;

    private readonly Lock _gate = new();
    private readonly Queue<(TAsk Ask, TaskCompletionSource<TAnswer> Answer)> _waiting = new();
    private int _goes;

    /// <summary>Asks. Throws <see cref="StorageUnavailableException"/> when too many wait already: nothing was begun.</summary>
    public Task<TAnswer> Ask(TAsk ask)
    {
        var told = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_waiting.Count >= waitingMax)
            {
                return Task.FromException<TAnswer>(new StorageUnavailableException("Too much waits for the database."));
            }

            _waiting.Enqueue((ask, told));
            if (_goes == goesMax)
            {
                return told.Task;
            }

            _goes++;
        }

        // Neither in the turn of the grain that asks nor on its scheduler; and what is ready to ask now may come along.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return told.Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = AnswerWaiting();

    private async Task AnswerWaiting()
    {
        while (await TakeGathered() is { Count: > 0 } asked)
        {
            try
            {
                var answers = await answer(asked.ConvertAll(static one => one.Ask));
                for (var i = 0; i < answers.Length; i++)
                {
                    asked[i].Answer.SetResult(answers[i]);
                }
            }
            catch (Exception error)
            {
                foreach (var (_, told) in asked)
                {
                    told.TrySetException(error);
                }
            }
        }
    }

    /// <summary>Steps back behind what is ready to run, as long as that brings questions; then takes them.</summary>
    private async Task<List<(TAsk Ask, TaskCompletionSource<TAnswer> Answer)>> TakeGathered()
    {
        var waiting = 0;
        for (var i = 0; i < GatherStepsMax; i++)
        {
            int now;
            lock (_gate)
            {
                now = _waiting.Count;
            }

            if (now == waiting || now >= asksMax)
            {
                break;
            }

            waiting = now;
            await Task.Yield();
        }

        return Take();
    }

    /// <summary>What the next go answers; nothing ends this row of goes.</summary>
    private List<(TAsk Ask, TaskCompletionSource<TAnswer> Answer)> Take()
    {
        var asked = new List<(TAsk, TaskCompletionSource<TAnswer>)>();
        lock (_gate)
        {
            while (asked.Count < asksMax && _waiting.TryDequeue(out var next))
            {
                asked.Add(next);
            }

            _goes -= asked.Count == 0 ? 1 : 0;
        }

        return asked;
    }
}
