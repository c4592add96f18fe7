using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chat.WebFront.Tests.Support;

/// <summary>Speaks the hub protocol over a real WebSocket, byte by byte, so that tests can also say what no client would.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const byte RecordSeparator = 0x1e;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> _calls = new();
    private readonly List<JsonObject> _events = [];
    private readonly TaskCompletionSource _handshaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _paused;
    private Task _reading = Task.CompletedTask;
    private int _lastCall;
    private int _probes;

    /// <summary>Completes when the server has closed or cut the connection.</summary>
    public Task Closed => _closed.Task.WaitAsync(Patience);

    /// <summary>Whether it has.</summary>
    public bool IsClosed => _closed.Task.IsCompleted;

    public static async Task<HubClient> Connect(Uri server, string? token, string? origin = null)
    {
        var client = new HubClient();
        if (origin is not null)
        {
            client._socket.Options.SetRequestHeader("Origin", origin);
        }

        client._socket.Options.CollectHttpResponseDetails = true;
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/hub", Query = token is null ? null : "access_token=" + Uri.EscapeDataString(token) }.Uri;
        try
        {
            await client._socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Patience);
        }
        catch (WebSocketException)
        {
            throw new ConnectRefusedException((int)client._socket.HttpStatusCode);
        }

        client._reading = client.Read();
        await client.SendRaw("{\"protocol\":\"json\",\"version\":1}");
        await client._handshaken.Task.WaitAsync(Patience);
        return client;
    }

    /// <summary>Connects and says hello.</summary>
    public static async Task<HubClient> Enter(Uri server, string token, bool active = true, bool probe = true)
    {
        var client = await Connect(server, token);
        var reply = await client.Call("hello", new { protocol = 1, device = Guid.NewGuid(), active, probe });
        Assert.True(reply["ok"]!.GetValue<bool>(), reply.ToJsonString());
        return client;
    }

    /// <summary>Calls a method with one object; the reply object.</summary>
    public async Task<JsonObject> Call(string method, object argument) =>
        (JsonObject)(await Invoke(method, JsonSerializer.Serialize(argument, JsonSerializerOptions.Web)))["result"]!;

    /// <summary>Calls a method that must succeed.</summary>
    public async Task<JsonObject> Ok(string method, object argument)
    {
        var reply = await Call(method, argument);
        Assert.True(reply["ok"]!.GetValue<bool>(), $"{method}: {reply.ToJsonString()}");
        return reply;
    }

    /// <summary>Calls a method with arguments written as JSON; the completion as SignalR sent it.</summary>
    public async Task<JsonObject> Invoke(string method, params string[] arguments)
    {
        var answer = Start(method, arguments);
        return await (await answer).WaitAsync(Patience);
    }

    /// <summary>Writes a call; the inner task is its answer.</summary>
    public async Task<Task<JsonObject>> Start(string method, params string[] arguments)
    {
        var id = Interlocked.Increment(ref _lastCall).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var call = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = call;
        await SendRaw($$"""{"type":1,"invocationId":"{{id}}","target":{{JsonSerializer.Serialize(method)}},"arguments":[{{string.Join(',', arguments)}}]}""");
        return call.Task;
    }

    public Task SendRaw(string frame) => SendBytes(Encoding.UTF8.GetBytes(frame + (char)RecordSeparator));

    /// <summary>Writes a WebSocket message as it is, record separator included or not.</summary>
    public async Task SendBytes(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The first event of a kind that fits, waiting for it; it is taken out.</summary>
    public async Task<JsonObject> Event(string kind, Func<JsonObject, bool>? fits = null)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            Task changed;
            lock (_events)
            {
                var index = _events.FindIndex(item => item["t"]!.GetValue<string>() == kind && (fits is null || fits(item)));
                if (index >= 0)
                {
                    var found = _events[index];
                    _events.RemoveAt(index);
                    return found;
                }

                changed = _changed.Task;
            }

            var left = deadline - DateTime.UtcNow;
            Assert.True(left > TimeSpan.Zero, $"No event '{kind}' came; there are: {string.Join(' ', Kinds())}");
            await Task.WhenAny(changed, Task.Delay(left));
        }
    }

    /// <summary>The kinds of the events not taken out yet.</summary>
    public string[] Kinds()
    {
        lock (_events)
        {
            return [.. _events.Select(item => item["t"]!.GetValue<string>())];
        }
    }

    /// <summary>How often the server asked whether this client reads. It answers like any client that reads.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Says that it is alive, as SignalR clients do that are silent for long.</summary>
    public Task Ping() => SendRaw("""{"type":6}""");

    /// <summary>Stops reading the socket, as a stuck client does, until <see cref="ResumeReading"/>.</summary>
    public void PauseReading() => _paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ResumeReading() => Interlocked.Exchange(ref _paused, null)?.SetResult();

    /// <summary>Ends the connection as a page that is closed does: with a close frame.</summary>
    public Task Leave() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    /// <summary>Ends it as a program that dies does: no close frame, the socket is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        ResumeReading();
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _writing.Dispose();
    }

    private async Task Read()
    {
        var pending = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var result = await _socket.ReceiveAsync(pending.GetMemory(64 * 1024), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                pending.Advance(result.Count);
                var rest = pending.WrittenMemory;
                for (int end; (end = rest.Span.IndexOf(RecordSeparator)) >= 0; rest = rest[(end + 1)..])
                {
                    await Handle(JsonNode.Parse(rest.Span[..end])!.AsObject());
                }

                var left = rest.ToArray();
                pending.Clear();
                pending.Write(left);
                if (_paused is { } paused)
                {
                    await paused.Task;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A cut connection looks like this; Closed says so.
        }

        _closed.TrySetResult();
        _handshaken.TrySetResult();
        foreach (var call in _calls.Values)
        {
            call.TrySetException(new ConnectionCutException());
        }
    }

    private async Task Handle(JsonObject frame)
    {
        switch (frame["type"]?.GetValue<int>())
        {
            case null:
                _handshaken.TrySetResult();
                break;
            case 1:
                TaskCompletionSource changed;
                var events = frame["arguments"]!.AsArray()[0]!.AsArray().Select(item => item!.AsObject()).ToLookup(IsProbe);
                if (events[true].Any())
                {
                    Interlocked.Increment(ref _probes);
                    await SendRaw("""{"type":1,"target":"here","arguments":[{}]}""");
                }

                lock (_events)
                {
                    _events.AddRange(events[false]);
                    changed = _changed;
                    _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                changed.TrySetResult();
                break;
            case 3:
                if (_calls.TryRemove(frame["invocationId"]!.GetValue<string>(), out var call))
                {
                    call.TrySetResult(frame);
                }

                break;
        }

        static bool IsProbe(JsonObject item) => item["t"]!.GetValue<string>() == "probe";
    }
}

/// <summary>The server answered the upgrade with an HTTP status instead.</summary>
internal sealed class ConnectRefusedException(int status) : Exception($"HTTP {status}")
{
    public int Status => status;
}

/// <summary>The connection ended before the call was answered.</summary>
internal sealed class ConnectionCutException : Exception;
