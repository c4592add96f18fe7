using System.Threading.Channels;
using Chat.Grains.Shared;
using Microsoft.Extensions.Logging;

namespace Chat.Grains.Storage;

/// <summary>
/// One queue and one loop for all ratings of a process, as <see cref="GroupCommitWriter"/> is for appends: what arrives during a
/// commit is the next batch. A store that gets a thousand ratings a second costs a few transactions a second.
/// </summary>
internal sealed partial class RatingWriter : IAsyncDisposable
{
    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(Limits.RatingQueueMax) { SingleReader = true });

    private readonly IRatingBatch _database;
    private readonly ILogger _logger;
    private readonly Task _loop;

    public RatingWriter(IRatingBatch database, ILogger logger)
    {
        _database = database;
        _logger = logger;

        // As the log's: neither scheduler nor request context of a grain may stay with the loop.
        using (ExecutionContext.SuppressFlow())
        {
            _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default).Unwrap();
        }
    }

    /// <summary>Queues a rating; the task ends when its fate is known and never fails.</summary>
    public Task<RatingOutcome> Record(RatingEntry entry)
    {
        var waiting = new Waiting(entry);
        return _queue.Writer.TryWrite(waiting)
            ? waiting.Fate.Task
            : Task.FromResult(new RatingOutcome(AppendStatus.Busy, default));
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

    private async Task Loop()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var batch = new List<Waiting>();
            while (batch.Count < Limits.RatingBatchMax && _queue.Reader.TryRead(out var waiting))
            {
                batch.Add(waiting);
            }

            await Commit(batch);
        }
    }

    private async Task Commit(List<Waiting> batch)
    {
        try
        {
            var days = await _database.Commit(batch.ConvertAll(static waiting => waiting.Entry));
            foreach (var waiting in batch)
            {
                waiting.Fate.TrySetResult(new RatingOutcome(AppendStatus.Stored, days[(waiting.Entry.Store, waiting.Entry.Day)]));
            }
        }
        catch (Exception failure)
        {
            LogUnknown(batch.Count, failure);
            foreach (var waiting in batch)
            {
                waiting.Fate.TrySetResult(new RatingOutcome(AppendStatus.Unknown, default));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A commit of {Ratings} ratings failed; their outcome is unknown.")]
    private partial void LogUnknown(int ratings, Exception failure);

    private sealed class Waiting(RatingEntry entry)
    {
        public RatingEntry Entry { get; } = entry;

        public TaskCompletionSource<RatingOutcome> Fate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
