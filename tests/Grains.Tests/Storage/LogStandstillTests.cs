using System.Diagnostics;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chat.Grains.Tests.Storage;

/// <summary>The log's writer beyond what its database takes: refused at once, accepted and stored, or neither; never a growing queue.</summary>
public sealed class LogStandstillTests
{
    /// <summary>Without having waited; a busy machine may take a while for anything.</summary>
    private static readonly TimeSpan AtOnce = Limits.WriteWaitMax / 2;

    [Fact]
    public async Task Slow_database_fills_the_queue_to_its_bound_and_what_it_took_is_stored()
    {
        var database = new SlowBatch(TimeSpan.FromMilliseconds(200));
        await using var writer = new GroupCommitWriter(database, _ => throw new InvalidOperationException("No repeats."), NullLogger.Instance);
        var watch = Stopwatch.StartNew();
        var fates = Enumerable.Range(0, 3 * Limits.LogQueueMax).Select(i => writer.Append(LogCase.Append(LogCase.Empty(LogCase.Conversation("b" + i)), "x"))).ToArray();
        var refusedAtOnce = fates.Count(fate => fate is { IsCompletedSuccessfully: true, Result.Status: AppendStatus.Busy });
        var pushed = watch.Elapsed;

        var outcomes = await Task.WhenAll(fates);
        var stored = outcomes.Count(outcome => outcome.Status == AppendStatus.Stored);

        // One batch may have left the queue meanwhile, or a few on a slow machine.
        var left = (1 + (int)(pushed / TimeSpan.FromMilliseconds(200))) * Limits.LogBatchMax;
        Assert.InRange(stored, Limits.LogQueueMax, Limits.LogQueueMax + left);
        Assert.Equal(fates.Length - stored, refusedAtOnce);
        Assert.Equal(stored, database.Stored);
        Assert.All(outcomes, outcome => Assert.True(outcome.Status is AppendStatus.Stored or AppendStatus.Busy));
    }

    [Fact]
    public async Task Behind_what_has_waited_too_long_everything_is_refused_until_the_queue_moves_again()
    {
        var database = new SlowBatch(TimeSpan.FromMilliseconds(200));
        await using var writer = new GroupCommitWriter(database, _ => throw new InvalidOperationException("No repeats."), NullLogger.Instance);

        // Six seconds of work in the queue: in its third it is too slow, though it has room.
        var backlog = Enumerable.Range(0, Limits.LogQueueMax).Select(i => Append("early" + i)).ToArray();
        await Task.Delay(Limits.WriteWaitMax + TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();
        var late = await Append("late");
        var took = watch.Elapsed;
        database.Takes = TimeSpan.Zero;
        var fates = await Task.WhenAll(backlog);
        var after = await Append("after");

        Assert.Equal(AppendStatus.Busy, late.Status);
        Assert.True(took < AtOnce, $"It took {took}.");
        Assert.All(fates, fate => Assert.Equal(AppendStatus.Stored, fate.Status));
        Assert.Equal(AppendStatus.Stored, after.Status);

        Task<AppendOutcome> Append(string buyer) => writer.Append(LogCase.Append(LogCase.Empty(LogCase.Conversation(buyer)), "x"));
    }

    [Theory, OnPostgres]
    public async Task Locked_database_refuses_at_once_stores_what_it_took_and_goes_on(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var rows = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => log.Fill(LogCase.Conversation("b" + i), 1)));
        await using var holder = new NpgsqlConnection(database.Options.ConnectionString);
        await holder.OpenAsync();
        var held = await holder.BeginTransactionAsync();
        await using (var locking = new NpgsqlCommand("LOCK TABLE conversation IN EXCLUSIVE MODE", holder, held))
        {
            await locking.ExecuteNonQueryAsync();
        }

        var accepted = rows[..25].Select(row => log.Append(LogCase.Append(row, "accepted"))).ToArray();
        await Task.Delay(Limits.WriteWaitMax + TimeSpan.FromMilliseconds(300));
        var requests = rows[25..].Select(row => LogCase.Append(row, "refused, then repeated")).ToArray();
        var watch = Stopwatch.StartNew();
        var refused = await Task.WhenAll(requests.Select(log.Append));
        var took = watch.Elapsed;
        await held.RollbackAsync();
        var outcomes = await Task.WhenAll(accepted);

        Assert.All(refused, outcome => Assert.Equal(AppendStatus.Busy, outcome.Status));
        Assert.True(took < AtOnce, $"It took {took}.");
        Assert.All(outcomes, outcome => Assert.Equal(AppendStatus.Stored, outcome.Status));
        foreach (var request in requests)
        {
            // The same request with the same ids, as a caller repeats it.
            await log.Stored(request);
            Assert.Equal(2, (await log.ReadBefore(request.Row.Id, long.MaxValue, 10)).Count);
        }
    }

    private sealed class SlowBatch(TimeSpan takes) : ICommitBatch
    {
        public TimeSpan Takes { get; set; } = takes;

        public int Stored { get; private set; }

        public async Task<AppendStatus[]> Commit(IReadOnlyList<AppendRequest> requests)
        {
            await Task.Delay(Takes);
            Stored += requests.Count;
            return [.. requests.Select(_ => AppendStatus.Stored)];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
