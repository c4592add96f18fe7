using System.Diagnostics;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Telemetry;

namespace Chat.Grains.Conversations;

internal sealed partial class ConversationGrain
{
    private readonly Queue<PendingWrite> _queue = new();
    private bool _pumping;

    /// <summary>When the batch that is being written was taken.</summary>
    private DateTimeOffset _takenAt;

    public Task<Result<PostMessageReply>> Post(PostMessage command)
    {
        var pending = new PendingPost(command);
        return Enqueue(pending) ? pending.Reply : Task.FromResult<Result<PostMessageReply>>(QueueFull);
    }

    public Task<Result<PostMessageReply>> PostNotice(PostNotice command) => Post(command.ToMessage());

    public Task<Result<Receipt>> Mark(MarkReceipts command)
    {
        var pending = new PendingMark(command);
        return Enqueue(pending) ? pending.Reply : Task.FromResult<Result<Receipt>>(QueueFull);
    }

    private static ChatError QueueFull { get; } =
        new(ErrorCode.Busy, "Too many messages wait in this conversation.", TimeSpan.FromSeconds(1));

    private static ChatError LogFull { get; } = new(ErrorCode.Busy, "The log is busy.", TimeSpan.FromSeconds(1));

    private static ChatError OutcomeUnknown { get; } =
        new(ErrorCode.OutcomeUnknown, "It is not known whether this was stored; repeat it with the same id.");

    private static ChatError Unavailable { get; } = new(ErrorCode.Unavailable, "The conversation cannot be read now.");

    private static ChatError Unstorable { get; } = new(ErrorCode.MessageMalformed, "The database cannot hold this text.");

    private bool Enqueue(PendingWrite write)
    {
        // Behind a write that hangs nobody waits longer than callers do.
        if (_queue.Count >= Limits.ConversationQueueMax || _pumping && time.GetUtcNow() - _takenAt > Limits.WriteWaitMax)
        {
            return false;
        }

        _queue.Enqueue(write);
        if (!_pumping)
        {
            _pumping = true;
            _ = Pump();
        }

        return true;
    }

    /// <summary>Empties the queue, a batch a commit. What arrives during a commit is the next batch.</summary>
    private async Task Pump()
    {
        ChatTracing.LeaveSpan();
        while (_queue.Count > 0)
        {
            var batch = new List<PendingWrite>(Math.Min(_queue.Count, Limits.ConversationBatchMax));
            while (batch.Count < Limits.ConversationBatchMax && _queue.TryDequeue(out var write))
            {
                batch.Add(write);
            }

            _takenAt = time.GetUtcNow();
            using var span = ChatTracing.IsOn ? ChatTracing.Begin("conversation write", ActivityKind.Internal, CausesOf(batch)) : null;
            try
            {
                await (_writing = Write(batch));
            }
            catch (StorageUnavailableException error)
            {
                // Thrown by reads only: nothing of this batch was handed to the log since.
                LogUnavailable(_id, error);
                RefuseAll(batch, Unavailable);
            }
            catch (Exception error)
            {
                LogWriteFailed(_id, error);
                _state = null;
                RefuseAll(batch, OutcomeUnknown);
                DeactivateOnIdle();
            }
        }

        _writing = null;
        _pumping = false;
    }

    /// <summary>Decide, store, apply, reply, publish; again for those whose company was refused.</summary>
    private async Task Write(List<PendingWrite> batch)
    {
        while (batch.Count > 0)
        {
            var loaded = await StateReaching(MarkMax(batch));
            if (!loaded.IsOk)
            {
                RefuseAll(batch, loaded.Error);
                return;
            }

            var plan = await Plan(loaded.Value, batch);
            if (plan.Events.Count == 0)
            {
                if (batch.Exists(write => write is PendingMark) && await log.VersionOf(_id) != loaded.Value.Row.Version)
                {
                    // Marks that raise nothing are told those in force, which another activation has moved.
                    _state = null;
                    continue;
                }

                plan.Reply();
                return;
            }

            var outcome = await log.Append(plan.Request(loaded.Value.Row.Version));
            switch (outcome.Status)
            {
                case AppendStatus.Stored:
                    _state = plan.After;

                    // The sender first: however many are to be told, the answer is under way before them.
                    plan.Reply();
                    Publish(plan, batch);
                    return;
                case AppendStatus.Duplicate:
                    batch = AnswerRepeats(batch, outcome.Existing);
                    break;
                case AppendStatus.Busy:
                    RefuseAll(batch, LogFull);
                    return;
                case AppendStatus.Rejected when batch.Count > 1:
                    await WriteOneByOne(batch);
                    return;
                case AppendStatus.Rejected:
                    RefuseAll(batch, Unstorable);
                    return;
                default:
                    await StepAside(batch, outcome.Status);
                    return;
            }
        }
    }

    /// <summary>
    /// Decides about a batch. Marks go first: they can only speak of what was durable when they were sent, and the tail
    /// still reaches back that far.
    /// </summary>
    private async ValueTask<WritePlan> Plan(ConversationState state, List<PendingWrite> batch)
    {
        var plan = new WritePlan(state, batch);
        foreach (var write in batch)
        {
            if (write is not PendingMark mark)
            {
                continue;
            }

            var command = mark.Command;
            var known = ConversationRules.UnreadInTail(state, command.Member, command.Read);
            var unread = known ?? (command.Read > state.Row.MarksOf(command.Member).Read ? await log.CountUnread(_id, command.Member, command.Read) : 0);
            plan.Add(mark, ConversationRules.Decide(plan.After, command, _ => unread));
        }

        var now = Now();
        foreach (var write in batch)
        {
            if (write is PendingPost post)
            {
                plan.Add(post, ConversationRules.Decide(plan.After, post.Command, now));
            }
        }

        return plan;
    }

    private static long MarkMax(List<PendingWrite> batch)
    {
        var max = 0L;
        foreach (var write in batch)
        {
            if (write is PendingMark { Command: var command })
            {
                max = Math.Max(max, Math.Max(command.Delivered, command.Read));
            }
        }

        return max;
    }

    /// <summary>Milliseconds are what the wire and every database keep; a finer time would change on the way back.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Answers the posts whose ids the log knows from before the tail; the others are left to write.</summary>
    private static List<PendingWrite> AnswerRepeats(List<PendingWrite> batch, IReadOnlyList<Message> existing)
    {
        var left = new List<PendingWrite>(batch.Count);
        foreach (var write in batch)
        {
            var stored = write is PendingPost { Command: var command }
                ? existing.FirstOrDefault(message => message.Id == command.Id && message.Sender == command.Sender)
                : null;
            if (stored is null)
            {
                left.Add(write);
            }
            else
            {
                ((PendingPost)write).Complete(ConversationRules.Repeat(stored, ((PendingPost)write).Command));
            }
        }

        return left.Count < batch.Count
            ? left
            : throw new InvalidOperationException("The log reported repeats that nobody asked for.");
    }

    /// <summary>One of these cannot be stored: it alone must fail.</summary>
    private async Task WriteOneByOne(List<PendingWrite> batch)
    {
        foreach (var write in batch)
        {
            await Write([write]);
        }
    }

    /// <summary>
    /// Another activation writes, or the fate of the write is not known. What is held may be stale: forget it, let the next
    /// call find or make a fresh activation, and answer only what the log itself confirms.
    /// </summary>
    private async Task StepAside(List<PendingWrite> batch, AppendStatus status)
    {
        LogSteppedAside(_id, status);
        _state = null;
        DeactivateOnIdle();
        foreach (var write in batch)
        {
            if (write is PendingPost post && await TryFind(post.Command) is { } stored)
            {
                post.Complete(ConversationRules.Repeat(stored, post.Command));
                Publish(stored, post.Command.Origin, post.Cause, time.GetUtcNow());
            }
            else
            {
                write.Refuse(OutcomeUnknown);
            }
        }
    }

    private async Task<Message?> TryFind(PostMessage command)
    {
        try
        {
            return await log.Find(_id, command.Sender, command.Id);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    private void Publish(WritePlan plan, List<PendingWrite> batch)
    {
        var storedAt = time.GetUtcNow();
        foreach (var @event in plan.Events)
        {
            switch (@event)
            {
                case MessagePosted posted:
                    Publish(posted.Message, posted.Origin, ChatTracing.IsOn ? CauseOf(posted.Message, batch) : null, storedAt);
                    break;
                case ReceiptsRaised raised:
                    var push = new ReceiptPush(_id, new Receipt(raised.Member, raised.Marks.Delivered, raised.Marks.Read));
                    Publish(_buyer, push);
                    Publish(_store, push);
                    break;
            }
        }
    }

    private void Publish(Message message, string? origin, Activity? cause, DateTimeOffset storedAt)
    {
        var push = new MessagePush(_id, message, origin, storedAt, ChatTracing.Stamp(cause));
        Publish(_buyer, push);
        Publish(_store, push);
    }

    private static IEnumerable<ActivityContext> CausesOf(List<PendingWrite> batch) => batch.Where(write => write.Cause is not null).Select(write => write.Cause!.Context);

    private static Activity? CauseOf(Message message, List<PendingWrite> batch) =>
        batch.OfType<PendingPost>().FirstOrDefault(post => post.Command.Id == message.Id && post.Command.Sender == message.Sender)?.Cause;

    private static void RefuseAll(List<PendingWrite> batch, ChatError error)
    {
        foreach (var write in batch)
        {
            write.Refuse(error);
        }
    }
}
