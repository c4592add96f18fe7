using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Chat.EmbeddedHost.Runtime;

/// <summary>All grains of the process: finds or starts the activation for a call, and looks after them periodically.</summary>
internal sealed partial class GrainHost : IGrainFactory, IGrainHostStatistics, IHostedService, IDisposable
{
    private const int ForwardsMax = 2;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<GrainKey, GrainActivation> directory = new();
    private readonly ConcurrentDictionary<Type, (GrainClass Class, Func<CallTarget, GrainReference> Proxy)> defaults = new();
    private readonly ConcurrentDictionary<GrainId, ObserverActivation> observers = new();
    private readonly List<Invocation> orphans = [];
    private readonly GrainClass[] classes;
    private readonly ITimer ticker;
    private readonly long responseTimeout;
    private readonly ILogger<GrainHost> logger;
    private long now;
    private long observerCount;
    private int activationCount;
    private int ticking;
    private volatile bool stopping;

    public GrainHost(IServiceProvider services, TimeProvider time, IOptions<EmbeddedGrainOptions> options, ILogger<GrainHost> logger)
    {
        Services = services;
        Time = time;
        Options = options.Value;
        this.logger = logger;
        classes = [.. Options.Assemblies.Distinct().SelectMany(GrainClass.In)];
        var twice = classes.GroupBy(static each => each.GrainType).FirstOrDefault(static group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidOperationException($"Two grain classes have the type name {twice.Key}: {string.Join(", ", twice.Select(static each => each.Type))}.");
        }

        (services.GetService(typeof(IMeterFactory)) as IMeterFactory)?.Create(IGrainHostStatistics.MeterName)
            .CreateObservableGauge("chat.grains.activations", () => ActivationCount, "{grain}", "Grains in memory.");
        responseTimeout = Ticks(Options.ResponseTimeout);
        now = time.GetTimestamp();
        ticker = time.CreateTimer(static self => ((GrainHost)self!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public EmbeddedGrainOptions Options { get; }

    public IHostFaults? Faults { get; set; }

    /// <summary>Timestamp of the time provider, at most a tick old while anything lives here.</summary>
    public long Now => Volatile.Read(ref now);

    public int ActivationCount => Volatile.Read(ref activationCount);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        var (grainClass, proxy) = grainClassNamePrefix is null
            ? defaults.GetOrAdd(typeof(TGrainInterface), static (type, self) => (self.ClassFor(type, null), ProxyBuilder.For(type)), this)
            : (ClassFor(typeof(TGrainInterface), grainClassNamePrefix), ProxyBuilder.For(typeof(TGrainInterface)));
        return (TGrainInterface)(object)proxy(new GrainTarget(this, grainClass, primaryKey));
    }

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is GrainReference or IGrainBase)
        {
            throw new ArgumentException("An observer is neither a grain nor a reference.", nameof(obj));
        }

        var id = new GrainId("sys.client", Interlocked.Increment(ref observerCount).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var activation = new ObserverActivation(this, id, obj);
        observers[id] = activation;
        return (TGrainObserverInterface)(object)new ObserverTarget(this, activation).Reference(typeof(TGrainObserverInterface));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference { Target: ObserverTarget target })
        {
            throw new ArgumentException("Only what CreateObjectReference returned can be deleted.", nameof(obj));
        }

        observers.TryRemove(target.GrainId, out _);
        target.Activation.Delete();
    }

    public GrainReference Reference(Type grainInterface, GrainClass grainClass, string key)
    {
        if (!grainClass.Implements(grainInterface))
        {
            throw new InvalidCastException($"{grainClass.Type} does not implement {grainInterface}.");
        }

        return ProxyBuilder.For(grainInterface)(new GrainTarget(this, grainClass, key));
    }

    /// <summary>A reference by the type name in an id; null when there is no such class any more.</summary>
    public T? Reference<T>(GrainId grain)
        where T : class
    {
        var grainClass = Array.Find(classes, each => each.GrainType == grain.Type && each.Implements(typeof(T)));
        return grainClass is null ? null : (T)(object)Reference(typeof(T), grainClass, grain.Key);
    }

    /// <summary>Sends a call to the grain's activation, starting one when there is none.</summary>
    public void Send(GrainClass grainClass, string key, Invocation call)
    {
        while (true)
        {
            var activation = Faults?.Route(grainClass, key) ?? Find(new GrainKey(grainClass, key), call);
            if (activation is null || activation.TryAccept(call))
            {
                return;
            }

            Forget(activation);
        }
    }

    /// <summary>Sends on a call that met an activation at its end.</summary>
    public void SendAgain(GrainClass grainClass, string key, Invocation call)
    {
        if (++call.Forwards > ForwardsMax)
        {
            call.Fail(new OrleansMessageRejectionException($"{grainClass.GrainType}/{key} keeps ending before it answers."));
            return;
        }

        Send(grainClass, key, call);
    }

    public void SetDeadline(Invocation call)
    {
        StartTicking();
        call.Deadline = Now + responseTimeout;
    }

    public TimeoutException NoAnswer(GrainId grain, Invocation call) =>
        new($"No answer from {grain} to {call.Name} within {Options.ResponseTimeout}.");

    /// <summary>Has calls without an activation fail when their time is over.</summary>
    public void Orphan(List<Invocation> calls)
    {
        lock (orphans)
        {
            orphans.AddRange(calls.Where(static call => call.Deadline is not null && !call.IsAnswered));
        }

    }

    /// <summary>An activation has ended.</summary>
    public void Forget(GrainActivation activation)
    {
        Detach(activation);
        Faults?.Ended(activation);
    }

    /// <summary>Takes an activation out of the directory and lets it live on: the next call starts another one.</summary>
    public void Detach(GrainActivation activation)
    {
        if (directory.TryRemove(new(new GrainKey(activation.Class, activation.GrainId.Key), activation)))
        {
            Interlocked.Decrement(ref activationCount);
        }
    }

    public GrainActivation? Live(GrainId grain) =>
        directory.Values.FirstOrDefault(activation => activation.GrainId == grain);

    public long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Time.TimestampFrequency);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        var ending = directory.Values.ToArray();
        foreach (var activation in ending)
        {
            activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The host stops."), CancellationToken.None);
        }

        var left = Task.WhenAll(ending.Select(static activation => activation.Deactivated));
        await left.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (!left.IsCompleted)
        {
            LogStoppedWithActivations(ActivationCount);
        }
    }

    public void Dispose()
    {
        stopping = true;
        ticker.Dispose();
    }

    private GrainActivation? Find(GrainKey key, Invocation call)
    {
        if (directory.TryGetValue(key, out var activation))
        {
            return activation;
        }

        if (stopping)
        {
            call.Fail(new SiloUnavailableException());
            return null;
        }

        if (Interlocked.Increment(ref activationCount) > Options.MaxActivations)
        {
            Interlocked.Decrement(ref activationCount);
            call.Fail(new LimitExceededException($"There are {Options.MaxActivations} activations."));
            return null;
        }

        var made = new GrainActivation(this, key.Class, key.Key);
        activation = directory.GetOrAdd(key, made);
        if (activation != made)
        {
            Interlocked.Decrement(ref activationCount);
        }

        return activation;
    }

    private GrainClass ClassFor(Type grainInterface, string? prefix)
    {
        var fitting = Array.FindAll(classes, each => each.Implements(grainInterface)
            && (prefix is null || each.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal)));
        if (fitting.Length > 1)
        {
            // As in Orleans: IThingGrain is meant for ThingGrain.
            var named = Array.FindAll(fitting, each => grainInterface.Name == "I" + each.Type.Name);
            fitting = named.Length == 1 ? named : fitting;
        }

        return fitting.Length switch
        {
            1 => fitting[0],
            0 => throw new ArgumentException($"No grain class implements {grainInterface}."),
            _ => throw new ArgumentException($"Several grain classes implement {grainInterface}: {string.Join(", ", fitting.Select(static each => each.Type))}."),
        };
    }

    private void StartTicking()
    {
        if (Volatile.Read(ref ticking) == 0 && Interlocked.Exchange(ref ticking, 1) == 0)
        {
            Volatile.Write(ref now, Time.GetTimestamp());
            ticker.Change(Tick, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTick()
    {
        Volatile.Write(ref now, Time.GetTimestamp());
        foreach (var (_, activation) in directory)
        {
            activation.Sweep(Now);
        }

        foreach (var (_, observer) in observers)
        {
            observer.Sweep(Now);
        }

        Faults?.Sweep(Now);

        Volatile.Write(ref ticking, 0);
        if (FailOrphans() || !directory.IsEmpty || observers.Values.Any(static observer => observer.IsBusy))
        {
            StartTicking();
        }
    }

    /// <summary>True while some are left.</summary>
    private bool FailOrphans()
    {
        Invocation[] overdue;
        bool left;
        lock (orphans)
        {
            overdue = [.. orphans.Where(call => call.Deadline <= Now)];
            orphans.RemoveAll(call => call.IsAnswered || call.Deadline <= Now);
            left = orphans.Count > 0;
        }

        foreach (var call in overdue)
        {
            call.Fail(NoAnswer(call.Target?.GrainId ?? default, call));
        }

        return left;
    }

    private readonly record struct GrainKey(GrainClass Class, string Key);
}

/// <summary>Where references to a grain lead.</summary>
internal sealed class GrainTarget(GrainHost host, GrainClass grainClass, string key) : CallTarget
{
    public GrainClass Class => grainClass;

    public override GrainId GrainId => new(grainClass.GrainType, key);

    public override void Send(Invocation call)
    {
        host.SetDeadline(call);
        host.Send(grainClass, key, call);
    }

    public override GrainReference Reference(Type addressableInterface) => host.Reference(addressableInterface, grainClass, key);
}
