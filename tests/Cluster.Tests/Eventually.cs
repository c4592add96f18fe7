using System.Diagnostics;

namespace Chat.Cluster.Tests;

/// <summary>Asks again until something holds; a deadline, never a guess of how long it takes.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The first answer that is no exception.</summary>
    public static async Task<T> Get<T>(Func<Task<T>> ask)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                return await ask();
            }
            catch (Exception) when (clock.Elapsed < Deadline)
            {
                await Task.Delay(Pause);
            }
        }
    }

    /// <summary>Returns when the condition holds; fails the test with <paramref name="what"/> when it never does.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); !await condition(); await Task.Delay(Pause))
        {
            Assert.True(clock.Elapsed < Deadline, $"Within {Deadline.TotalSeconds} s it never held: {what}.");
        }
    }
}
