using System.Diagnostics;
using System.Text.Json;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>Somebody who looks at one store's dot, and remembers what it showed and when.</summary>
internal sealed class PresenceWatcher : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly string _store;
    private readonly List<(long At, string Status)> _shown = [];
    private HubLink? _link;

    private PresenceWatcher(string store) => _store = store;

    /// <summary>What the dot shows now.</summary>
    public string Status
    {
        get
        {
            lock (_lock)
            {
                return _shown[^1].Status;
            }
        }
    }

    public static async Task<PresenceWatcher> Look(Uri front, string token, string store)
    {
        var watcher = new PresenceWatcher(store);
        watcher._link = await Agent.Enter(front, token, watcher.Take);
        watcher.Show((await watcher._link.Call("watch", new { stores = new[] { store } })).GetProperty("presence"));
        return watcher;
    }

    /// <summary>What a fresh question is answered, past anything remembered here.</summary>
    public async Task<string> Ask()
    {
        var reply = await _link!.Call("watch", new { stores = new[] { _store } });
        return reply.GetProperty("presence")[0].GetProperty("status").GetString()!;
    }

    /// <summary>How long after <paramref name="since"/> the dot first showed something; fails when it does not within <paramref name="deadline"/> of then.</summary>
    public async Task<TimeSpan> Shows(string status, long since, TimeSpan deadline)
    {
        while (true)
        {
            lock (_lock)
            {
                var found = _shown.FindIndex(shown => shown.At >= since && shown.Status == status);
                if (found >= 0)
                {
                    return Stopwatch.GetElapsedTime(since, _shown[found].At);
                }
            }

            Assert.True(Stopwatch.GetElapsedTime(since) < deadline, $"{_store} did not show as {status} within {deadline.TotalSeconds} s: {Story(since)}");
            await Task.Delay(20);
        }
    }

    /// <summary>The longest time in one piece that it showed something else than <paramref name="status"/>, from <paramref name="since"/> until now.</summary>
    public TimeSpan LongestOtherThan(string status, long since)
    {
        lock (_lock)
        {
            var longest = TimeSpan.Zero;
            long? from = null;
            foreach (var (at, shown) in _shown.Append((Stopwatch.GetTimestamp(), status)))
            {
                if (shown != status)
                {
                    from ??= Math.Max(at, since);
                }
                else if (from is { } start)
                {
                    var lasted = at > start ? Stopwatch.GetElapsedTime(start, at) : TimeSpan.Zero;
                    longest = lasted > longest ? lasted : longest;
                    from = null;
                }
            }

            return longest;
        }
    }

    /// <summary>Everything shown since then, in words.</summary>
    public string Story(long since)
    {
        lock (_lock)
        {
            var told = _shown.Where(shown => shown.At >= since).Select(shown => $"turned {shown.Status} after {Stopwatch.GetElapsedTime(since, shown.At).TotalSeconds:0.0} s");
            var story = string.Join(", ", told);
            return story.Length == 0 ? "did not change" : story;
        }
    }

    public ValueTask DisposeAsync() => _link?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Take(JsonElement happened)
    {
        if (happened.GetProperty("t").GetString() == "presence")
        {
            Show(happened.GetProperty("stores"));
        }
    }

    private void Show(JsonElement presence)
    {
        foreach (var one in presence.EnumerateArray().Where(one => one.GetProperty("store").GetString() == _store))
        {
            lock (_lock)
            {
                _shown.Add((Stopwatch.GetTimestamp(), one.GetProperty("status").GetString()!));
            }
        }
    }
}
