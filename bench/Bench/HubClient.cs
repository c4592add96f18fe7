using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Chat.Bench.Peers;

namespace Chat.Bench;

/// <summary>What a connection says first.</summary>
internal enum HubGreeting
{
    /// <summary>Our protocol's first call.</summary>
    Hello,

    /// <summary>Nothing: a bare hub.</summary>
    None,
}

/// <summary>
/// A minimal client of the hub: JSON protocol over a bare WebSocket, no negotiation. Sends that arrive while one is being
/// written leave as one frame.
/// </summary>
internal sealed class HubClient : IPeerClient
{
    private const byte Separator = 0x1e;

    private static readonly byte[] Handshake = Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e");
    private static readonly byte[] HereRecord = Encoding.UTF8.GetBytes("{\"type\":1,\"target\":\"here\",\"arguments\":[{}]}\u001e");
    private static readonly byte[] PingRecord = Encoding.UTF8.GetBytes("{\"type\":6}\u001e");

    private readonly ClientWebSocket _socket;
    private readonly IListener _listener;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _calls = new(StringComparer.Ordinal);
    private ArrayBufferWriter<byte> _filling = new(256);
    private ArrayBufferWriter<byte> _leaving = new(256);
    private bool _writing;
    private byte[] _received = new byte[2048];
    private int _held;
    private int _calling;
    private volatile bool _ending;
    private Task _loop = Task.CompletedTask;

    private HubClient(ClientWebSocket socket, IListener listener)
    {
        _socket = socket;
        _listener = listener;
    }

    private static readonly HttpMessageInvoker Opener = new(new SocketsHttpHandler { ConnectCallback = Sources.Connect, UseProxy = false });

    /// <summary>Opens the socket at <c>/hub</c> of a server, shakes hands and greets.</summary>
    public static async Task<HubClient> Connect(Uri server, string token, IListener listener, HubGreeting greeting, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        var client = new HubClient(socket, listener);
        try
        {
            await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/hub" }.Uri, Opener, stop);
            await socket.SendAsync(Handshake, WebSocketMessageType.Text, true, stop);
            await client.ReadHandshake(stop);
            client._loop = client.Receive();
            if (greeting == HubGreeting.Hello)
            {
                await client.Call("hello", $$"""{"protocol":1,"device":"{{Guid.NewGuid():D}}","active":true,"probe":true}""").WaitAsync(TimeSpan.FromSeconds(30), stop);
            }

            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>A call of our protocol, off the hot path. Throws <see cref="HubRefusal"/> when it is refused.</summary>
    public async Task<JsonElement> Call(string method, string argument)
    {
        var result = await Invoke(method, argument);
        return result.GetProperty("ok").GetBoolean()
            ? result
            : throw new HubRefusal(method, result.GetProperty("error").GetProperty("code").GetInt32());
    }

    public void SendMessage(ReadOnlySpan<byte> to, Ledger ledger, long number, ReadOnlySpan<byte> text)
    {
        Span<byte> record = stackalloc byte[512 + text.Length];
        var writer = new SpanWriter(record);
        writer.Put("{\"type\":1,\"invocationId\":\""u8);
        writer.Put(number);
        writer.Put("\",\"target\":\"Send\",\"arguments\":[\""u8);
        writer.Put(to);
        writer.Put("\",\""u8);
        writer.PutId(ledger, number);
        writer.Put("\",\""u8);
        writer.Put(text);
        writer.Put("\"]}\u001e"u8);
        Send(writer.Written);
    }

    public Task Watch(IReadOnlyList<string> stores) => Invoke("Watch", JsonSerializer.Serialize(stores));

    public Task SetPresence(string store, string status) => Invoke("SetPresence", $"\"{store}\",\"{status}\"");

    /// <summary>Queues one or more whole records. Never waits.</summary>
    public void Send(ReadOnlySpan<byte> records)
    {
        lock (_gate)
        {
            _filling.Write(records);
            if (_writing)
            {
                return;
            }

            _writing = true;
        }

        _ = Flush();
    }

    public void Ping() => Send(PingRecord);

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        try
        {
            if (_socket.State == WebSocketState.Open)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                await _loop.WaitAsync(patience.Token);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // It is going away in any case.
        }

        _socket.Dispose();
    }

    private Task<JsonElement> Invoke(string method, string arguments)
    {
        var id = "c" + Interlocked.Increment(ref _calling).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = answer;
        Send(Encoding.UTF8.GetBytes($$"""{"type":1,"invocationId":"{{id}}","target":"{{method}}","arguments":[{{arguments}}]}""" + "\u001e"));
        return answer.Task;
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

                    (_filling, _leaving) = (_leaving, _filling);
                }

                await _socket.SendAsync(_leaving.WrittenMemory, WebSocketMessageType.Text, true, CancellationToken.None);
                _leaving.ResetWrittenCount();
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The receive loop notices too, and reports it once.
        }
    }

    private async Task ReadHandshake(CancellationToken stop)
    {
        while (true)
        {
            var got = await _socket.ReceiveAsync(_received.AsMemory(_held), stop);
            _held += got.Count;
            var end = _received.AsSpan(0, _held).IndexOf(Separator);
            if (end >= 0)
            {
                var answer = Encoding.UTF8.GetString(_received, 0, end);
                Drop(end + 1);
                if (answer != "{}")
                {
                    throw new IOException("the server refused the handshake: " + answer);
                }

                return;
            }

            if (got.MessageType == WebSocketMessageType.Close)
            {
                throw new IOException("the server closed during the handshake");
            }
        }
    }

    private async Task Receive()
    {
        var reason = "closed by the server";
        try
        {
            while (true)
            {
                var got = await _socket.ReceiveAsync(_received.AsMemory(_held), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                _held += got.Count;
                Digest(got.Count);
                if (_held == _received.Length)
                {
                    Array.Resize(ref _received, _received.Length * 2);
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            reason = error.Message;
        }

        foreach (var call in _calls.Values)
        {
            call.TrySetException(new IOException("connection lost: " + reason));
        }

        if (!_ending)
        {
            _listener.Lost(reason);
        }
    }

    /// <summary>Handles every whole record; <paramref name="added"/> bytes at the end are new.</summary>
    private void Digest(int added)
    {
        var start = 0;
        var searched = _held - added;
        while (_received.AsSpan(searched, _held - searched).IndexOf(Separator) is var found and >= 0)
        {
            var end = searched + found;
            Handle(_received.AsSpan(start, end - start));
            start = searched = end + 1;
        }

        Drop(start);
    }

    private void Drop(int count)
    {
        if (count > 0)
        {
            _received.AsSpan(count, _held - count).CopyTo(_received);
            _held -= count;
        }
    }

    private void Handle(ReadOnlySpan<byte> record)
    {
        var parsed = HubRecord.Parse(record, _listener);
        if (parsed.IsProbe)
        {
            Send(HereRecord);
        }

        if (parsed.Type == HubRecordType.Completion)
        {
            if (parsed.CallId is { } id)
            {
                Complete(id, record);
            }
            else
            {
                _listener.Acked(parsed.Number, parsed.Error, parsed.Seq);
            }
        }
    }

    private void Complete(string id, ReadOnlySpan<byte> record)
    {
        if (_calls.TryRemove(id, out var call))
        {
            var reader = new Utf8JsonReader(record);
            var whole = JsonElement.ParseValue(ref reader);
            if (whole.TryGetProperty("error", out _))
            {
                call.TrySetException(new IOException("the call failed: " + whole.GetRawText()));
            }
            else
            {
                call.TrySetResult(whole.TryGetProperty("result", out var result) ? result : default);
            }
        }
    }
}

/// <summary>The server said no.</summary>
internal sealed class HubRefusal(string method, int code) : Exception($"'{method}' was refused with {code}")
{
    public int Code => code;
}
