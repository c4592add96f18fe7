using System.Buffers;
using System.Net.Sockets;

namespace Chat.Bench.Peers;

/// <summary>
/// A connection over bare TCP for the protocols that need no more. What is sent while a write runs leaves as the next one.
/// </summary>
internal abstract class StreamClient : IClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private ArrayBufferWriter<byte> _filling = new(256);
    private ArrayBufferWriter<byte> _leaving = new(256);
    private bool _writing;
    private byte[] _received = new byte[2048];
    private int _held;
    private volatile bool _ending;
    private Task _loop = Task.CompletedTask;

    protected StreamClient(Socket socket, IListener listener)
    {
        _socket = socket;
        Listener = listener;
    }

    protected IListener Listener { get; }

    /// <summary>Held while something is put into the outgoing buffer: what must have the buffer's order is noted under it.</summary>
    protected Lock Gate => _gate;

    public virtual void Ping()
    {
        // Protocols whose server asks are answered where the question arrives.
    }

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        try
        {
            SayGoodbye();
            _socket.Shutdown(SocketShutdown.Send);
            await _loop.WaitAsync(Patience);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or TimeoutException or IOException)
        {
            // It is going away in any case.
        }

        _socket.Dispose();
        OnEnded();
    }

    /// <summary>Queues bytes. Never waits.</summary>
    protected void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _filling.Write(bytes);
            if (_writing)
            {
                return;
            }

            _writing = true;
        }

        _ = Flush();
    }

    /// <summary>Added to the end of each write; under the gate. For protocols that ask for an answer to what went before.</summary>
    protected virtual void Complete(IBufferWriter<byte> writing)
    {
    }

    /// <summary>What the protocol says before it closes.</summary>
    protected virtual void SayGoodbye()
    {
    }

    /// <summary>The connection is gone: whoever waits for an answer gets none.</summary>
    protected virtual void OnEnded()
    {
    }

    /// <summary>Handles whole units at the start of what was received; answers how many bytes they were, -1 for the end.</summary>
    protected abstract int Digest(ReadOnlySpan<byte> received);

    /// <summary>Reads until <paramref name="found"/> says where the awaited part ends; only before <see cref="Start"/>.</summary>
    protected async Task<byte[]> ReadUntil(Func<ReadOnlyMemory<byte>, int> found, CancellationToken stop)
    {
        while (true)
        {
            if (found(_received.AsMemory(0, _held)) is var end and > 0)
            {
                var part = _received[..end];
                Drop(end);
                return part;
            }

            if (!await ReadMore(stop))
            {
                throw new IOException("the server closed during the handshake: " + System.Text.Encoding.UTF8.GetString(_received, 0, _held));
            }
        }
    }

    /// <summary>From now on <see cref="Digest"/> gets what arrives.</summary>
    protected void Start() => _loop = Receive();

    private async Task<bool> ReadMore(CancellationToken stop)
    {
        if (_held == _received.Length)
        {
            Array.Resize(ref _received, _received.Length * 2);
        }

        var count = await _socket.ReceiveAsync(_received.AsMemory(_held), SocketFlags.None, stop);
        _held += count;
        return count > 0;
    }

    private void Drop(int count)
    {
        if (count > 0)
        {
            _received.AsSpan(count, _held - count).CopyTo(_received);
            _held -= count;
        }
    }

    private async Task Flush()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_filling.WrittenCount == 0)
                    {
                        _writing = false;
                        return;
                    }

                    Complete(_filling);
                    (_filling, _leaving) = (_leaving, _filling);
                }

                for (var rest = _leaving.WrittenMemory; !rest.IsEmpty;)
                {
                    rest = rest[await _socket.SendAsync(rest, SocketFlags.None, CancellationToken.None)..];
                }

                _leaving.ResetWrittenCount();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The receive loop notices too, and reports it once.
        }
    }

    private async Task Receive()
    {
        var reason = "closed by the server";
        try
        {
            do
            {
                var used = Digest(_received.AsSpan(0, _held));
                if (used < 0)
                {
                    break;
                }

                Drop(used);
            }
            while (await ReadMore(CancellationToken.None));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
        {
            reason = error.Message;
        }

        OnEnded();
        if (!_ending)
        {
            Listener.Lost(reason);
        }
    }
}
