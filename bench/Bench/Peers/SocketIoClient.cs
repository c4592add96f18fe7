using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Chat.Bench.Peers;

/// <summary>
/// A minimal client of socket.io 4: engine.io 4 packets, one for each WebSocket frame, no polling. Frames are written here,
/// because engine.io wants a frame for each packet and a frame must not cost a system call. Their mask is zero: as good as
/// any to the server, and free.
/// </summary>
internal sealed class SocketIoClient : StreamClient, IPeerClient
{
    private const int TextFrame = 0x81;
    private const int CloseFrame = 0x88;
    private const int Masked = 0x80;

    /// <summary>Numbers of calls off the hot path, far above those of sends.</summary>
    private const long FirstCall = 100_000_000_000_000;

    private readonly ConcurrentDictionary<long, TaskCompletionSource> _calls = new();
    private long _calling = FirstCall;
    private bool _closed;

    private SocketIoClient(Socket socket, IListener listener)
        : base(socket, listener)
    {
    }

    public static async Task<SocketIoClient> Connect(Uri server, string token, IListener listener, CancellationToken stop)
    {
        var client = new SocketIoClient(await Sources.Connect(server, stop), listener);
        try
        {
            var key = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
            client.Send(Encoding.ASCII.GetBytes(
                $"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"));
            var answer = await client.ReadUntil(static received => received.Span.IndexOf("\r\n\r\n"u8) + 4 is var end and > 3 ? end : 0, stop);
            if (!answer.AsSpan().StartsWith("HTTP/1.1 101"u8))
            {
                throw new IOException("the server refused the WebSocket: " + Encoding.ASCII.GetString(answer));
            }

            client.SendPacket(Encoding.ASCII.GetBytes($$"""40{"token":"{{token}}"}"""));

            // Two packets: engine.io's 0, then socket.io's 40, or 44 for a refusal.
            for (var opened = 0; opened < 2; opened++)
            {
                var frame = await client.ReadUntil(static received => TryReadFrame(received.Span, out _, out var length) ? length : 0, stop);
                TryReadFrame(frame, out var packet, out _);
                if (packet.StartsWith("44"u8))
                {
                    throw new IOException("the server refused the token");
                }
            }

            client.Start();
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public void SendMessage(ReadOnlySpan<byte> to, Ledger ledger, long number, ReadOnlySpan<byte> text)
    {
        Span<byte> packet = stackalloc byte[256 + text.Length];
        var writer = new SpanWriter(packet);
        writer.Put("42"u8);
        writer.Put(number);
        writer.Put("[\"send\",\""u8);
        writer.Put(to);
        writer.Put("\",\""u8);
        writer.PutId(ledger, number);
        writer.Put("\",\""u8);
        writer.Put(text);
        writer.Put("\"]"u8);
        SendPacket(writer.Written);
    }

    public Task Watch(IReadOnlyList<string> stores) => Call($"\"watch\",{JsonSerializer.Serialize(stores)}");

    public Task SetPresence(string store, string status) => Call($"\"presence\",\"{store}\",\"{status}\"");

    protected override int Digest(ReadOnlySpan<byte> received)
    {
        var used = 0;
        while (TryReadFrame(received[used..], out var packet, out var length))
        {
            used += length;
            Handle(packet);
        }

        return _closed ? -1 : used;
    }

    protected override void OnEnded()
    {
        foreach (var call in _calls.Values)
        {
            call.TrySetException(new IOException("connection lost"));
        }
    }

    private Task Call(string arguments)
    {
        var number = Interlocked.Increment(ref _calling);
        var answer = _calls[number] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        SendPacket(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"42{number}[{arguments}]")));
        return answer.Task;
    }

    private void SendPacket(ReadOnlySpan<byte> packet)
    {
        Span<byte> frame = stackalloc byte[14 + packet.Length];
        frame[0] = TextFrame;
        var at = 2;
        if (packet.Length < 126)
        {
            frame[1] = (byte)(Masked | packet.Length);
        }
        else
        {
            frame[1] = Masked | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], checked((ushort)packet.Length));
            at = 4;
        }

        frame.Slice(at, 4).Clear();
        packet.CopyTo(frame[(at + 4)..]);
        Send(frame[..(at + 4 + packet.Length)]);
    }

    private static bool TryReadFrame(ReadOnlySpan<byte> received, out ReadOnlySpan<byte> packet, out int length)
    {
        packet = default;
        length = 0;
        if (received.Length < 2)
        {
            return false;
        }

        var (start, size) = (2, received[1] & 0x7f);
        if (size == 126)
        {
            if (received.Length < 4)
            {
                return false;
            }

            (start, size) = (4, BinaryPrimitives.ReadUInt16BigEndian(received[2..]));
        }
        else if (size == 127)
        {
            throw new IOException("a frame of more than 64 KiB");
        }

        if (received.Length < start + size)
        {
            return false;
        }

        packet = received[0] == CloseFrame ? "1"u8 : received.Slice(start, size);
        length = start + size;
        return true;
    }

    private void Handle(ReadOnlySpan<byte> packet)
    {
        if (packet.SequenceEqual("2"u8))
        {
            SendPacket("3"u8);
        }
        else if (packet.StartsWith("1"u8))
        {
            _closed = true;
        }
        else if (packet.StartsWith("42"u8))
        {
            HandleEvent(packet[2..]);
        }
        else if (packet.StartsWith("43"u8) && Utf8Parser.TryParse(packet[2..], out long number, out var digits))
        {
            var error = packet[2 + digits + 1] == (byte)'0' ? 0 : 1;
            if (number < FirstCall)
            {
                Listener.Acked(number, error, 0);
            }
            else if (_calls.TryRemove(number, out var call))
            {
                call.TrySetResult();
            }
        }
    }

    /// <summary>["message", sender, id, body] or ["presence", store, status].</summary>
    private void HandleEvent(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        reader.Read();
        if (reader.ValueTextEquals("message"u8))
        {
            reader.Read();
            reader.Read();
            Listener.Delivered(reader.ValueSpan, 0);
        }
        else if (reader.ValueTextEquals("presence"u8))
        {
            Listener.PresenceTold(1);
        }
    }
}
