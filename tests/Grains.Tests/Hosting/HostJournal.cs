using System.Collections.Concurrent;

namespace Chat.Grains.Tests.Hosting;

/// <summary>What grains did, in order, and gates that a test opens. One object, shared by the test and the grains.</summary>
internal sealed class HostJournal
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
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(10);
        while (Lines.Count(each => each == line) < times)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"Not {times} times: {line}. Happened: {string.Join("; ", Lines)}");
            await Task.Delay(2);
        }
    }

    private TaskCompletionSource Source(string name) =>
        gates.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
