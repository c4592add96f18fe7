using System.Collections.Concurrent;

namespace Chat.EmbeddedHost.Tests;

/// <summary>What happened, in order, and gates that tests open. Shared by a host's grains.</summary>
internal sealed class Journal
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> gates = new();

    public string[] Lines => [.. lines];

    public void Write(string line) => lines.Enqueue(line);

    /// <summary>Completes when the test opens the gate.</summary>
    public Task Gate(string name) => Source(name).Task;

    public void Open(string name) => Source(name).TrySetResult();

    /// <summary>Waits until the line was written; fails after ten seconds.</summary>
    public async Task Saw(string line, int times = 1)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(10); Lines.Count(each => each == line) < times;)
        {
            Assert.True(DateTime.UtcNow < deadline, $"Never happened: {line}. Happened: {string.Join("; ", Lines)}");
            await Task.Delay(2);
        }
    }

    private TaskCompletionSource Source(string name) =>
        gates.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
