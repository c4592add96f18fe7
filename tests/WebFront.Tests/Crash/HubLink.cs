using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Chat.WebFront.Tests.Crash;

/// <summary>
/// One connection to the hub, spoken by hand (docs/protocol.md): nothing between the test and the wire reconnects, retries
/// or forgives. Every call ends: by its answer, or with <see cref="IOException"/> when the link breaks.
/// </summary>
internal sealed class HubLink : IAsyncDisposable
{
    private const byte RecordEnd = 0x1e;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _calls = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Action<JsonElement> _onEvent;
    private Task _reading = Task.CompletedTask;
    private Task _pinging = Task.CompletedTask;
    private int _lastCall;

    private HubLink(Action<JsonElement> onEvent) => _onEvent = onEvent;

    public bool IsOpen => !_end.IsCancellationRequested;

    /// <summary>Connects and shakes hands; <paramref name="onEvent"/> gets each event, in order, on the link's own task.</summary>
    public static async Task<HubLink> Open(Uri front, string token, Action<JsonElement> onEvent)
    {
        var link = new HubLink(onEvent);
        try
        {
            using var deadline = new CancellationTokenSource(AnswerWithin);
            var address = new UriBuilder(front) { Scheme = "ws", Path = "/hub", Query = "access_token=" + Uri.EscapeDataString(token) };
            await link._socket.ConnectAsync(address.Uri, deadline.Token);
            await link.Write("""{"protocol":"json","version":1}""");
            var buffer = new byte[64];
            var answer = await link._socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
            if (answer.MessageType == WebSocketMessageType.Close)
            {
                throw new WebSocketException("The server closed before it shook hands: it stops.");
            }

            Assert.Equal("{}\u001e", Encoding.UTF8.GetString(buffer, 0, answer.Count));
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            await link.DisposeAsync();
            throw new IOException("No connection to the hub.", failure);
        }

        link._reading = link.Read();
        link._pinging = link.Ping();
        return link;
    }

    /// <summary>Calls a method; the answer is the reply object, refused or not.</summary>
    public async Task<JsonElement> Call(string method, object request)
    {
        var id = Interlocked.Increment(ref _lastCall).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = answer;
        using var broken = _end.Token.Register(() => answer.TrySetException(new IOException("The link broke.")));
        try
        {
            await Write(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments = new[] { request } }));
            return await answer.Task.WaitAsync(AnswerWithin);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            throw new IOException($"No answer to '{method}'.", failure);
        }
        finally
        {
            _calls.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket.Abort();
        await Task.WhenAll(_reading, _pinging);
        _socket.Dispose();
        _writing.Dispose();
    }

    private async Task Write(string record)
    {
        await _writing.WaitAsync(_end.Token);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(record + "\u001e"), WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task Ping()
    {
        try
        {
            while (true)
            {
                await Task.Delay(PingEvery, _end.Token);
                await Write("""{"type":6}""");
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            await _end.CancelAsync();
        }
    }

    private async Task Read()
    {
        var waiting = new ArrayBufferWriter<byte>(16 * 1024);
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(waiting.GetMemory(4096), _end.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                waiting.Advance(part.Count);
                if (part.EndOfMessage)
                {
                    TakeRecords(waiting.WrittenMemory);
                    waiting.ResetWrittenCount();
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Told to whoever waits by the line below.
        }

        await _end.CancelAsync();
    }

    /// <summary>The server ends a WebSocket message only behind a whole record.</summary>
    private void TakeRecords(ReadOnlyMemory<byte> records)
    {
        while (records.Length > 0)
        {
            var end = records.Span.IndexOf(RecordEnd);
            using var record = JsonDocument.Parse(records[..end]);
            Take(record.RootElement.Clone());
            records = records[(end + 1)..];
        }
    }

    private void Take(JsonElement record)
    {
        switch (record.GetProperty("type").GetInt32())
        {
            case 1:
                foreach (var happened in record.GetProperty("arguments")[0].EnumerateArray())
                {
                    _onEvent(happened);
                }

                break;
            case 3 when _calls.TryGetValue(record.GetProperty("invocationId").GetString()!, out var call):
                call.TrySetResult(record.TryGetProperty("result", out var result) ? result : Refusal(record.GetProperty("error").GetString()!));
                break;
        }
    }

    /// <summary>What SignalR reports as an error is the numbered error as text.</summary>
    private static JsonElement Refusal(string error) => JsonDocument.Parse($$"""{"ok":false,"error":{{error}}}""").RootElement;
}
