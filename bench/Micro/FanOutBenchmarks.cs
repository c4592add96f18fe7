using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.WebFront.Auth;
using Chat.WebFront.Connections;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Bench.Micro;

/// <summary>
/// One message from a grain to many connections of one front end: the link's queue, the front's call, one serialization, the
/// queue of each connection, SignalR's connection, until the last has written. Only sockets cost nothing here.
/// </summary>
public class FanOutBenchmarks
{
    private ServiceProvider _services = null!;
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
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var directory = new ConnectionDirectory();
        var figures = new FrontFigures(directory, TimeProvider.System);
        _front = new Front(Connections, new FrontMetrics(_services.GetRequiredService<IMeterFactory>(), directory, figures));
        _links = new FrontLinks(TimeProvider.System, NullLogger<FrontLinks>.Instance, TaskScheduler.Default);
        _address = new FrontAddress(new FrontId("bench"), _front);
    }

    /// <summary>Ends the meters.</summary>
    [GlobalCleanup]
    public void Close() => _services.Dispose();

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
        private readonly ClientConnection[] _connections;
        private TaskCompletionSource _written = new();
        private int _left;

        public Front(int connections, FrontMetrics metrics) => _connections = [.. Enumerable.Range(0, connections).Select(i => Connection(i, metrics))];

        public Task Expect()
        {
            _left = _connections.Length;
            _written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _written.Task;
        }

        public Task Deliver(FrontBatch batch)
        {
            foreach (var push in batch.Deliveries.SelectMany(delivery => delivery.Pushes).Cast<MessagePush>())
            {
                var item = OutgoingEvent.Of(new MessageEvent(push.Conversation.Value, push.Message.ToWire()));
                foreach (var connection in _connections)
                {
                    connection.Send(item);
                }
            }

            return Task.CompletedTask;
        }

        private ClientConnection Connection(int number, FrontMetrics metrics)
        {
            var transport = new DefaultConnectionContext("bench-" + number) { Transport = new Duplex(new Sink(OnWritten)) };
            var context = new HubConnectionContext(transport, new HubConnectionContextOptions(), NullLoggerFactory.Instance) { Protocol = Wire.Protocol() };
            var identity = new TokenIdentity(Given.Anna, null, null, DateTimeOffset.MaxValue, []);
            return new ClientConnection(context, identity, null, new PeerSigns(null), TimeProvider.System, metrics);
        }

        private void OnWritten()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _written.SetResult();
            }
        }
    }

    private sealed class Duplex(PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(Stream.Null);

        public PipeWriter Output => output;
    }

    /// <summary>A socket that takes everything at once.</summary>
    private sealed class Sink(Action written) : PipeWriter
    {
        private readonly byte[] _buffer = new byte[4_096];

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            written();
            return default;
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
