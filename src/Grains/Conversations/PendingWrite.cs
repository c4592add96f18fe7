using System.Diagnostics;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Telemetry;

namespace Chat.Grains.Conversations;

/// <summary>A command that waits for its commit. Completed once; what comes later is ignored.</summary>
internal abstract class PendingWrite
{
    /// <summary>The span of the call, where it is traced.</summary>
    public Activity? Cause { get; } = ChatTracing.Here;

    /// <summary>Answers as was decided.</summary>
    public abstract void Complete();

    /// <summary>Answers with a refusal.</summary>
    public abstract void Refuse(ChatError error);
}

/// <summary>A command of a kind, with the reply it waits for.</summary>
internal abstract class PendingWrite<TCommand, TReply>(TCommand command) : PendingWrite
    where TReply : class
{
    /// <summary>Completed on the grain's turns, where the host goes on at once: nothing of the grain's own waits for it.</summary>
    private readonly TaskCompletionSource<Result<TReply>> _reply = new();

    /// <summary>What was asked.</summary>
    public TCommand Command { get; } = command;

    /// <summary>What is answered.</summary>
    public Task<Result<TReply>> Reply => _reply.Task;

    /// <summary>What is to be answered once everything of the batch is durable.</summary>
    public Result<TReply>? Decided { get; set; }

    /// <summary>Answers.</summary>
    public void Complete(Result<TReply> reply) => _reply.TrySetResult(reply);

    /// <inheritdoc/>
    public override void Complete() => Complete(Decided ?? throw new InvalidOperationException("Nothing was decided."));

    /// <inheritdoc/>
    public override void Refuse(ChatError error) => Complete(error);
}

/// <summary>A message that waits.</summary>
internal sealed class PendingPost(PostMessage command) : PendingWrite<PostMessage, PostMessageReply>(command);

/// <summary>Marks that wait.</summary>
internal sealed class PendingMark(MarkReceipts command) : PendingWrite<MarkReceipts, Receipt>(command);

/// <summary>What a batch comes to: the state after it, what to store, and what to answer once that is durable.</summary>
internal sealed class WritePlan(ConversationState before, List<PendingWrite> batch)
{
    /// <summary>The state once everything so far is applied.</summary>
    public ConversationState After { get; private set; } = before;

    /// <summary>Everything that happens, in order.</summary>
    public List<ConversationEvent> Events { get; } = [];

    /// <summary>Adds a decision.</summary>
    public void Add<TCommand, TReply>(PendingWrite<TCommand, TReply> pending, Decision<TReply> decision)
        where TReply : class
    {
        if (decision.Event is { } @event)
        {
            Events.Add(@event);
            After = ConversationRules.Apply(After, @event);
        }

        // Refusals and repeats wait as well: a repeat of a message of this very batch is not durable yet either.
        pending.Decided = decision.Reply;
    }

    /// <summary>The append that makes it durable.</summary>
    public AppendRequest Request(long version)
    {
        After = After with { Row = After.Row with { Version = version + 1 } };
        List<Message> messages = new(Events.Count);
        List<ReplyRecord>? replies = null;
        foreach (var @event in Events)
        {
            if (@event is MessagePosted posted)
            {
                messages.Add(posted.Message);
                if (posted.Answers is { } answered)
                {
                    (replies ??= []).Add(answered);
                }
            }
        }

        return new AppendRequest(version, After.Row, messages, replies ?? (IReadOnlyList<ReplyRecord>)[]);
    }

    /// <summary>Answers everybody, in the order they came.</summary>
    public void Reply()
    {
        foreach (var write in batch)
        {
            write.Complete();
        }
    }
}
