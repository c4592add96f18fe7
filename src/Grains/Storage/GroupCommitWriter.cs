using System.Diagnostics;
using System.Threading.Channels;
using Chat.Grains.Shared;
using Chat.Grains.Telemetry;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Storage;

/// <summary>
/// One queue and one loop for all appends of a process. Each transaction takes what waits when the one before it ended, and what
/// those bring who are ready to run just then. No timer lingers: under load the batches grow by themselves, and a lone append
/// waits for nobody.
/// </summary>
internal sealed partial class GroupCommitWriter : IAsyncDisposable
{
    /// <summary>However much keeps coming, no append waits longer for company than so many turns of the thread pool.</summary>
    private const int GatherStepsMax = 8;

    /// <summary>While transactions hold less than this, cores are free, and stepping back would only make those few wait.</summary>
    private const int GatherFrom = 8;

    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(Limits.LogQueueMax) { SingleReader = true });

    private readonly ICommitBatch _database;
    private readonly Func<AppendRequest, Task<IReadOnlyList<Conversations.Message>>> _findExisting;
    private readonly ILogger _logger;
    private readonly Task _loop;
    private TaskCompletionSource? _allTold;
    private int _untold;

    /// <summary>When the oldest append that has no answer yet was queued; 0 while there is none.</summary>
    private long _oldestAt;

    public GroupCommitWriter(
        ICommitBatch database,
        Func<AppendRequest, Task<IReadOnlyList<Conversations.Message>>> findExisting,
        ILogger logger)
    {
        _database = database;
        _findExisting = findExisting;
        _logger = logger;

        // The first one to ask for the log may be a grain: neither its scheduler nor its request context may stay with the loop.
        using (ExecutionContext.SuppressFlow())
        {
            _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default).Unwrap();
        }
    }

    /// <summary>Queues a request; the task ends when its fate is known and never fails.</summary>
    public Task<AppendOutcome> Append(AppendRequest request)
    {
        if (!AppendCheck.IsSound(request))
        {
            LogUnsound(request.Row.Id);
            return Refused(AppendStatus.Rejected);
        }

        // A queue that moves too slowly is as full as one without room: its callers would give up before their turn.
        var waiting = new Waiting(request);
        Interlocked.Increment(ref _untold);
        if (Delay > Limits.WriteWaitMax || !_queue.Writer.TryWrite(waiting))
        {
            Told();
            return Refused(AppendStatus.Busy);
        }

        StorageMetrics.QueueDepth.Add(1);
        return waiting.Fate.Task;
    }

    /// <summary>How long what is written now has waited.</summary>
    private TimeSpan Delay => Volatile.Read(ref _oldestAt) is not 0 and var at ? Stopwatch.GetElapsedTime(at) : TimeSpan.Zero;

    /// <summary>Ends at a moment when the fate of all that was accepted is known. Goes on accepting.</summary>
    public Task Flush()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _allTold, told);
        if (Volatile.Read(ref _untold) == 0)
        {
            told.TrySetResult();
        }

        return told.Task;
    }

    /// <summary>Takes no more, writes what waits, then closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        var first = _queue.Writer.TryComplete();
        await _loop;
        if (first)
        {
            await _database.DisposeAsync();
        }
    }

    private static Task<AppendOutcome> Refused(AppendStatus status)
    {
        StorageMetrics.CountRefusal(status);
        return Task.FromResult(AppendOutcome.Of(status));
    }

    private async Task Loop()
    {
        var later = new List<Waiting>();
        var last = 0;
        while (later.Count > 0 || await _queue.Reader.WaitToReadAsync())
        {
            if (last >= GatherFrom)
            {
                await Gather();
            }

            var batch = NextBatch(ref later);
            last = batch.Count;
            StorageMetrics.QueueDepth.Add(-batch.Count);
            StorageMetrics.BatchSize.Record(batch.Count);
            Volatile.Write(ref _oldestAt, batch[0].QueuedAt);
            await Commit(batch);
            if (later.Count == 0 && _queue.Reader.Count == 0)
            {
                // Otherwise what comes now still stands behind what has waited, also between two transactions.
                Volatile.Write(ref _oldestAt, 0);
            }
        }
    }

    /// <summary>
    /// Steps back behind what is ready to run, as long as that brings appends: where many write, a transaction costs the cores more
    /// than its share of a larger one, and those who wait for a core wait less in all.
    /// </summary>
    private async Task Gather()
    {
        var waiting = _queue.Reader.Count;
        for (var i = 0; i < GatherStepsMax && waiting < Limits.LogBatchMax; i++)
        {
            await Task.Yield();
            var now = _queue.Reader.Count;
            if (now == waiting)
            {
                return;
            }

            waiting = now;
        }
    }

    /// <summary>
    /// What goes into the next transaction. Two activations may both write to one conversation: the second request waits
    /// for the next batch, where the row's version refuses it.
    /// </summary>
    private List<Waiting> NextBatch(ref List<Waiting> later)
    {
        var batch = new List<Waiting>();
        var conversations = new HashSet<ConversationId>();
        var again = new List<Waiting>();
        var messages = 0;
        foreach (var waiting in later)
        {
            Take(waiting);
        }

        while (batch.Count + again.Count < Limits.LogBatchMax && messages < Limits.LogBatchMessagesMax
            && _queue.Reader.TryRead(out var waiting))
        {
            Take(waiting);
        }

        later = again;
        return batch;

        void Take(Waiting waiting)
        {
            if (conversations.Add(waiting.Request.Row.Id))
            {
                batch.Add(waiting);
                messages += waiting.Request.Messages.Count;
            }
            else
            {
                again.Add(waiting);
            }
        }
    }

    /// <summary>One bad row fails alone: a batch refused for its content is cut in half until only that row is left.</summary>
    private async Task Commit(List<Waiting> batch)
    {
        var start = Stopwatch.GetTimestamp();
        using var span = ChatTracing.IsOn ? Begin(batch) : null;
        try
        {
            var fates = await _database.Commit(batch.ConvertAll(static waiting => waiting.Request));
            StorageMetrics.CommitTime.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
            StorageMetrics.CountStored(batch.Where((_, i) => fates[i] == AppendStatus.Stored).Sum(waiting => waiting.Request.Messages.Count));
            for (var i = 0; i < batch.Count; i++)
            {
                await Answer(batch[i], fates[i]);
            }
        }
        catch (BadContentException) when (batch.Count > 1)
        {
            var half = batch.Count / 2;
            await Commit(batch.GetRange(0, half));
            await Commit(batch.GetRange(half, batch.Count - half));
        }
        catch (BadContentException failure)
        {
            LogRejected(batch[0].Request.Row.Id, failure.InnerException!.GetType().Name);
            await Answer(batch[0], AppendStatus.Rejected);
        }
        catch (Exception failure)
        {
            // The transaction may have been committed or not; every caller reads again.
            LogUnknown(batch.Count, failure);
            foreach (var waiting in batch)
            {
                await Answer(waiting, AppendStatus.Unknown);
            }
        }
    }

    private static Activity? Begin(List<Waiting> batch)
    {
        var span = ChatTracing.Begin("log commit", ActivityKind.Client, batch.Where(waiting => waiting.Cause is not null).Select(waiting => waiting.Cause!.Context));
        span?.SetTag("chat.log.batch.size", batch.Count);
        return span;
    }

    private async Task Answer(Waiting waiting, AppendStatus status)
    {
        var outcome = AppendOutcome.Of(status);
        if (status == AppendStatus.Duplicate)
        {
            try
            {
                outcome = new AppendOutcome(status, await _findExisting(waiting.Request));
            }
            catch (StorageUnavailableException failure)
            {
                LogUnknown(1, failure);
                outcome = AppendOutcome.Of(AppendStatus.Unknown);
            }
        }

        if (outcome.Status != AppendStatus.Stored)
        {
            StorageMetrics.CountRefusal(outcome.Status);
        }

        waiting.Fate.TrySetResult(outcome);
        Told();
    }

    private void Told()
    {
        if (Interlocked.Decrement(ref _untold) == 0)
        {
            Volatile.Read(ref _allTold)?.TrySetResult();
        }
    }

    private sealed class Waiting(AppendRequest request)
    {
        /// <summary>The span that asked, where it is traced.</summary>
        public Activity? Cause { get; } = ChatTracing.Here;

        public AppendRequest Request { get; } = request;

        public long QueuedAt { get; } = Stopwatch.GetTimestamp();

        public TaskCompletionSource<AppendOutcome> Fate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
