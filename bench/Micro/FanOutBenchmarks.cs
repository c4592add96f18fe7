using BenchmarkDotNet.Attributes;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.WebFront.Connections;
using Chat.WebFront.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Bench.Micro;

/// <summary>
/// One message from a grain to many connections of one front end: the link's queue, the front's call, one serialization, the
/// queue of each connection, until the last has written. Sockets cost nothing here.
/// </summary>
public class FanOutBenchmarks
{
    private Front _front = null!;
    private FrontLinks _links = null!;
    private FrontAddress _address = null!;

    /// <summary>How many connections.</summary>
    [Params(1, 100, 1_000)]
    public int Connections { get; set; }

    /// <summary>The link and its front end.</summary>
    [GlobalSetup]
    public void Open()
    {
        _front = new Front(Connections);
        _links = new FrontLinks(TimeProvider.System, NullLogger<FrontLinks>.Instance, TaskScheduler.Default);
        _address = new FrontAddress(new FrontId("bench"), _front);
    }

    /// <summary>From the queue to the last write.</summary>
    [Benchmark]
    public Task ToAll()
    {
        var written = _front.Expect();
        _links.TrySend(_address, PrincipalId.Of(Given.Anna), [new MessagePush(new ConversationId("anna~casa-lumbre"), Given.Message, null)]);
        return written;
    }

    private sealed class Front : IFrontObserver
    {
        private readonly OutgoingQueue[] _queues;
        private TaskCompletionSource _written = new();
        private int _left;

        public Front(int connections) => _queues = [.. Enumerable.Range(0, connections).Select(_ => new OutgoingQueue(
            _ =>
            {
                if (Interlocked.Decrement(ref _left) == 0)
                {
                    _written.SetResult();
                }

                return ValueTask.CompletedTask;
            },
            static () => throw new InvalidOperationException("A queue overflowed."),
            TimeProvider.System))];

        public Task Expect()
        {
            _left = _queues.Length;
            _written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _written.Task;
        }

        public Task Deliver(FrontBatch batch)
        {
            foreach (var push in batch.Deliveries.SelectMany(delivery => delivery.Pushes).Cast<MessagePush>())
            {
                var item = OutgoingEvent.Of(new MessageEvent(push.Conversation.Value, push.Message.ToWire()));
                foreach (var queue in _queues)
                {
                    queue.TryEnqueue(item);
                }
            }

            return Task.CompletedTask;
        }
    }
}
