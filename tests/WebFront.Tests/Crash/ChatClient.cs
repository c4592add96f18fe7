using System.Diagnostics;
using System.Text.Json;

namespace Chat.WebFront.Tests.Crash;

/// <summary>
/// A person at one device who writes without end and behaves as the protocol asks of a client: an unanswered message is
/// repeated under its id, after a break it resumes from what it holds, a gap makes it ask. It never gives up.
/// </summary>
internal sealed class ChatClient(IReadOnlyList<Uri> fronts, string token, IReadOnlyList<string> conversations, int number)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ReconnectWithin = TimeSpan.FromMilliseconds(600);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<long, Guid>> _held = conversations.ToDictionary(name => name, _ => new SortedDictionary<long, Guid>());
    private readonly Dictionary<string, List<(Guid Id, long Seq)>> _acknowledged = conversations.ToDictionary(name => name, _ => new List<(Guid, long)>());
    private readonly Guid _device = Guid.CreateVersion7();
    private int _sent;
    private int _count;
    private volatile bool _mustResume;

    /// <summary>How many messages were acknowledged.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How often it had to connect again.</summary>
    public int Reconnects { get; private set; }

    public IReadOnlyList<string> Conversations => conversations;

    public IReadOnlyList<(Guid Id, long Seq)> Acknowledged(string conversation) => _acknowledged[conversation];

    /// <summary>What it has seen of a conversation: id by seq.</summary>
    public IReadOnlyDictionary<long, Guid> Held(string conversation)
    {
        lock (_lock)
        {
            return new Dictionary<long, Guid>(_held[conversation]);
        }
    }

    /// <summary>Writes until told to stop; the message under way is seen through.</summary>
    public async Task Live(CancellationToken stop)
    {
        (string Conversation, Guid Id, string Body)? pending = null;
        while (true)
        {
            try
            {
                await using var link = await HubLink.Open(Front, token, TakeEvent);
                Expect(await link.Call("hello", new { protocol = 1, device = _device, active = true }));
                _mustResume = true;
                while (link.IsOpen && !(stop.IsCancellationRequested && pending is null))
                {
                    await ResumeIfNeeded(link);
                    pending ??= Next();
                    if (await Send(link, pending.Value))
                    {
                        pending = null;
                    }

                    await Wait(Pause, stop);
                }

                if (stop.IsCancellationRequested && pending is null)
                {
                    return;
                }
            }
            catch (IOException)
            {
                // The server died or refused for now; the next front may live.
            }

            Reconnects++;
            await Task.Delay(ReconnectWithin * Random.Shared.NextDouble(), CancellationToken.None);
        }
    }

    /// <summary>Connects once more, for what others wrote after this one stopped.</summary>
    public async Task CatchUp()
    {
        await using var link = await HubLink.Open(Front, token, TakeEvent);
        Expect(await link.Call("hello", new { protocol = 1, device = _device, active = true }));
        _mustResume = true;
        await ResumeIfNeeded(link);
    }

    /// <summary>All of a conversation as the server tells it, oldest first.</summary>
    public async Task<IReadOnlyList<(long Seq, string Sender, Guid Id)>> History(string conversation)
    {
        await using var link = await HubLink.Open(Front, token, _ => { });
        Expect(await link.Call("hello", new { protocol = 1, device = _device, active = false }));
        var messages = new List<(long, string, Guid)>();
        for (long? before = null; ;)
        {
            var page = Expect(await link.Call("history", new { conversation, before, limit = 100 }));
            var part = page.GetProperty("messages").EnumerateArray()
                .Select(message => (message.GetProperty("seq").GetInt64(), message.GetProperty("sender").GetString()!, message.GetProperty("id").GetGuid()))
                .ToList();
            messages.InsertRange(0, part);
            if (!page.GetProperty("hasMore").GetBoolean())
            {
                return messages;
            }

            before = part[0].Item1;
        }
    }

    /// <summary>After each break the next one: this one may be dead.</summary>
    private Uri Front => fronts[(number + Reconnects) % fronts.Count];

    /// <summary>A reply that is no success: temporary ones break the link, as a fault of the server's would; others fail the test.</summary>
    private static JsonElement Expect(JsonElement reply)
    {
        if (reply.GetProperty("ok").GetBoolean())
        {
            return reply;
        }

        var error = reply.GetProperty("error");
        Assert.True(error.GetProperty("temporary").GetBoolean(), error.GetRawText());
        throw new IOException(error.GetRawText());
    }

    private static async Task Wait(TimeSpan time, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        while (!stop.IsCancellationRequested && clock.Elapsed < time)
        {
            await Task.WhenAny(Task.Delay(time, stop));
        }
    }

    private (string Conversation, Guid Id, string Body) Next()
    {
        var conversation = conversations[_sent++ % conversations.Count];
        return (conversation, Guid.CreateVersion7(), $"{number}: {_sent}");
    }

    /// <summary>False when the server asks to repeat it later.</summary>
    private async Task<bool> Send(HubLink link, (string Conversation, Guid Id, string Body) message)
    {
        var reply = await link.Call("send", new { conversation = message.Conversation, id = message.Id, body = message.Body });
        if (!reply.GetProperty("ok").GetBoolean())
        {
            var error = reply.GetProperty("error");
            // The store's side may not begin a conversation: the buyer's first message is on its way.
            Assert.True(error.GetProperty("temporary").GetBoolean() || error.GetProperty("code").GetInt32() == 3001, error.GetRawText());
            return false;
        }

        var seq = reply.GetProperty("seq").GetInt64();
        _acknowledged[message.Conversation].Add((message.Id, seq));
        Take(message.Conversation, seq, message.Id);
        Interlocked.Increment(ref _count);
        return true;
    }

    private async Task ResumeIfNeeded(HubLink link)
    {
        if (!_mustResume)
        {
            return;
        }

        _mustResume = false;
        foreach (var conversation in conversations)
        {
            var position = new { conversation, change = ContiguousUpTo(conversation) };
            var answer = Expect(await link.Call("resume", new { positions = new[] { position } })).GetProperty("conversations")[0];
            var state = answer.GetProperty("state").GetString();
            Assert.True(state is "changes" or "caught_up" or "gone", $"{conversation} is {state} after {position.change}.");
            if (state == "changes")
            {
                foreach (var message in answer.GetProperty("messages").EnumerateArray())
                {
                    Take(conversation, message.GetProperty("seq").GetInt64(), message.GetProperty("id").GetGuid());
                }
            }
        }
    }

    /// <summary>In these tests nothing is edited, so a message's change is its seq.</summary>
    private long ContiguousUpTo(string conversation)
    {
        lock (_lock)
        {
            var change = 0L;
            foreach (var seq in _held[conversation].Keys)
            {
                if (seq != change + 1)
                {
                    break;
                }

                change = seq;
            }

            return change;
        }
    }

    private void TakeEvent(JsonElement happened)
    {
        switch (happened.GetProperty("t").GetString())
        {
            case "message":
                var message = happened.GetProperty("message");
                Take(happened.GetProperty("conversation").GetString()!, message.GetProperty("seq").GetInt64(), message.GetProperty("id").GetGuid());
                break;
            case "resync":
                _mustResume = true;
                break;
        }
    }

    private void Take(string conversation, long seq, Guid id)
    {
        lock (_lock)
        {
            if (!_held.TryGetValue(conversation, out var held))
            {
                return;
            }

            if (held.TryGetValue(seq, out var known))
            {
                Assert.Equal(known, id);
            }

            _mustResume |= !held.ContainsKey(seq - 1) && seq > 1;
            held[seq] = id;
        }
    }
}
