using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.WebFront.Connections;

/// <summary>
/// Keeps the order of one connection's sends to each conversation without making them wait for each other's commits. Calls
/// to a grain whose place is known arrive in the order they were made; calls made while its place is still looked for do
/// not (Orleans releases them in any order). So the first send to a conversation goes ahead alone, the others follow in
/// order as soon as it was answered, and for <see cref="WarmFor"/> after an answer sends start at once.
/// </summary>
internal sealed class SendLanes(TimeProvider time)
{
    /// <summary>Well below the time after which an unused grain is put away.</summary>
    private static readonly TimeSpan WarmFor = TimeSpan.FromMinutes(1);

    /// <summary>Lanes beyond this are forgotten when nothing waits in them; a forgotten one starts cold.</summary>
    private const int LanesMax = 256;

    private readonly Lock _gate = new();

    private readonly Dictionary<ConversationId, Lane> _lanes = [];

    /// <summary>Starts a send now or in its turn. <paramref name="send"/> must start its call before it first awaits.</summary>
    public Task<T> Enter<T>(ConversationId conversation, IGrainFactory grains, Func<IConversationGrain, Task<T>> send)
    {
        lock (_gate)
        {
            var lane = LaneOf(conversation);
            lane.Grain ??= grains.Conversation(conversation);
            if (lane.IsProbing)
            {
                var turn = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                // Started later in the flow of another send, it must still be traced as its own.
                var flow = ExecutionContext.Capture();
                (lane.Waiting ??= new Queue<Action>()).Enqueue(() =>
                {
                    if (flow is null)
                    {
                        Forward(Start(lane, send), turn);
                    }
                    else
                    {
                        ExecutionContext.Run(flow, _ => Forward(Start(lane, send), turn), null);
                    }
                });
                return turn.Task;
            }

            return Start(lane, send);
        }
    }

    private Task<T> Start<T>(Lane lane, Func<IConversationGrain, Task<T>> send)
    {
        var isProbe = lane.IsProbing |= time.GetUtcNow() >= lane.WarmUntil;
        var sent = send(lane.Grain!);
        _ = Finish(lane, sent, isProbe);
        return sent;
    }

    private async Task Finish(Lane lane, Task sent, bool isProbe)
    {
        // Others may have to be started after a probe: never inside the caller's lock, nor in the middle of whatever ended it.
        // In a warm lane nobody waits, and the end is noted where it comes.
        await sent.ConfigureAwait(isProbe ? ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding : ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            lane.WarmUntil = sent.IsCompletedSuccessfully ? time.GetUtcNow() + WarmFor : default;
            if (!isProbe)
            {
                return;
            }

            lane.IsProbing = false;
            while (!lane.IsProbing && lane.Waiting?.TryDequeue(out var next) == true)
            {
                next();
            }
        }
    }

    private Lane LaneOf(ConversationId conversation)
    {
        if (_lanes.TryGetValue(conversation, out var lane))
        {
            return lane;
        }

        if (_lanes.Count >= LanesMax)
        {
            foreach (var (id, _) in _lanes.Where(entry => !entry.Value.IsProbing))
            {
                _lanes.Remove(id);
            }
        }

        return _lanes[conversation] = new Lane();
    }

    private static void Forward<T>(Task<T> from, TaskCompletionSource<T> to) =>
        _ = from.ContinueWith(
            static (done, state) => ((TaskCompletionSource<T>)state!).SetFromTask(done),
            to,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private sealed class Lane
    {
        /// <summary>Kept: to make a reference costs as much as to read the request.</summary>
        public IConversationGrain? Grain { get; set; }

        /// <summary>Made when somebody has to wait: most never do.</summary>
        public Queue<Action>? Waiting { get; set; }

        /// <summary>A first send is on its way; the others wait for its answer.</summary>
        public bool IsProbing { get; set; }

        public DateTimeOffset WarmUntil { get; set; }
    }
}
