using System.Reflection;

namespace Chat.EmbeddedHost;

/// <summary>Settings of the embedded grain host.</summary>
public sealed class EmbeddedGrainOptions
{
    /// <summary>Where grain classes are looked for. At least one.</summary>
    public ICollection<Assembly> Assemblies { get; } = [];

    /// <summary>An activation not used for this long is collected. Default 15 minutes; at least a second.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A call without an answer fails with <see cref="TimeoutException"/> after this time, up to a second later. Default 30 seconds.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an ending activation may take, from the request to end to the end of OnDeactivateAsync. Default 30 seconds.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Activations in this host; one more fails its call with LimitExceededException. Default 100,000.</summary>
    public int MaxActivations { get; set; } = 100_000;

    /// <summary>Unfinished calls to one activation or observer; one more fails with LimitExceededException. Default 5,000.</summary>
    public int MaxRequestsPerActivation { get; set; } = 5_000;

    /// <summary>Turns an activation runs before it lets others have the thread. Default 64.</summary>
    public int TurnsPerSlice { get; set; } = 64;

    /// <summary>Stored with each row of state, so that deployments can share a database. Default "default", as in Orleans.</summary>
    public string ServiceId { get; set; } = "default";

    /// <summary>Where turns run. Default: the thread pool.</summary>
    public ITurnExecutor Executor { get; set; } = ThreadPoolExecutor.Instance;
}

/// <summary>Runs slices of turns. It may run slices of different activations at once, in any order, but never inside <see cref="Queue"/>.</summary>
public interface ITurnExecutor
{
    /// <summary>Has the slice executed once, soon.</summary>
    void Queue(IThreadPoolWorkItem slice);
}

/// <summary>The thread pool.</summary>
internal sealed class ThreadPoolExecutor : ITurnExecutor
{
    public static ThreadPoolExecutor Instance { get; } = new();

    public void Queue(IThreadPoolWorkItem slice) => ThreadPool.UnsafeQueueUserWorkItem(slice, preferLocal: true);
}
