using Chat.Grains.Storage;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Chat.Grains.Tests.Hosting;

[Alias("IHostContractObserver")]
internal interface IHostContractObserver : IGrainObserver
{
    Task Told(string what);
}

/// <summary>Does what tests of the host ask for.</summary>
[Alias("IHostContractGrain")]
internal interface IHostContractGrain : IGrainWithStringKey
{
    Task Write(string line);

    /// <summary>Writes "begin name", waits for the gate, writes "end name".</summary>
    Task Hold(string name);

    [AlwaysInterleave]
    Task HoldInterleaved(string name);

    [ReadOnly]
    Task HoldReadOnly(string name);

    /// <summary>Counts up over an await; lost updates show overlapping turns.</summary>
    [AlwaysInterleave]
    Task<int> CountSlowly();

    Task<int> Fail(string message);

    Task<string> Call(string otherKey, string name);

    Task<string> CallBack(string otherKey);

    Task DeactivateSoon();

    [OneWay]
    Task WriteOneWay(string line);

    Task StartTimer(string name, int failures);

    Task Notify(IHostContractObserver observer, string what);

    Task<string> Identity();
}

/// <summary>A counter that is stored.</summary>
[Alias("IHostContractCounter")]
internal interface IHostContractCounter : IGrainWithStringKey
{
    Task<int> Add(int amount);

    Task<(int Count, string? Etag, bool Exists)> Read();

    Task Clear();

    Task<bool> Remind(TimeSpan dueTime, TimeSpan period);

    Task<bool> ForgetReminder();

    /// <summary>Writes over a version that somebody else has changed meanwhile.</summary>
    Task WriteStale();
}

internal sealed class HostContractGrain(HostJournal journal) : Grain, IHostContractGrain
{
    private readonly Guid self = Guid.NewGuid();
    private int count;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Write($"activate {this.GetPrimaryKeyString()}");
        if (this.GetPrimaryKeyString().StartsWith("broken", StringComparison.Ordinal))
        {
            await Task.Yield();
            throw new InvalidOperationException("It does not start.");
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        journal.Write($"deactivate {this.GetPrimaryKeyString()} {reason.ReasonCode}");
    }

    public Task Write(string line)
    {
        journal.Write(line);
        return Task.CompletedTask;
    }

    public async Task Hold(string name)
    {
        journal.Write($"begin {name}");
        await journal.Gate(name);
        journal.Write($"end {name}");
    }

    public Task HoldInterleaved(string name) => Hold(name);

    public Task HoldReadOnly(string name) => Hold(name);

    public async Task<int> CountSlowly()
    {
        // Between awaits nothing else may run: a turn that overlapped would lose a count.
        var before = count;
        for (var spin = 0; spin < 200; spin++)
        {
            Thread.SpinWait(10);
        }

        count = before + 1;
        await Task.Yield();
        before = count;
        Thread.SpinWait(100);
        count = before + 1;
        return count;
    }

    public Task<int> Fail(string message) => throw new ArgumentException(message);

    public async Task<string> Call(string otherKey, string name)
    {
        await GrainFactory.GetGrain<IHostContractGrain>(otherKey).Write(name);
        return this.GetPrimaryKeyString();
    }

    public Task<string> CallBack(string otherKey) =>
        GrainFactory.GetGrain<IHostContractGrain>(otherKey).Call(this.GetPrimaryKeyString(), "never");

    public Task DeactivateSoon()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task WriteOneWay(string line)
    {
        journal.Write(line);
        throw new InvalidOperationException("Nobody is told.");
    }

    public Task StartTimer(string name, int failures)
    {
        this.RegisterGrainTimer(
            async _ =>
            {
                journal.Write($"tick {name}");
                await Task.Yield();
                if (failures-- > 0)
                {
                    throw new InvalidOperationException("A tick failed.");
                }
            },
            new GrainTimerCreationOptions(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10)));
        return Task.CompletedTask;
    }

    public Task Notify(IHostContractObserver observer, string what) => observer.Told(what);

    public Task<string> Identity() => Task.FromResult(self.ToString());
}

internal sealed record CounterState
{
    public int Count { get; init; }
}

internal sealed class HostContractCounterGrain([PersistentState("test-counter", StateStorage.Name)] IPersistentState<CounterState> stored, HostJournal journal)
    : Grain, IHostContractCounter, IRemindable
{
    public async Task<int> Add(int amount)
    {
        stored.State = new CounterState { Count = stored.State.Count + amount };
        await stored.WriteStateAsync();
        return stored.State.Count;
    }

    public Task<(int Count, string? Etag, bool Exists)> Read() => Task.FromResult((stored.State.Count, stored.Etag, stored.RecordExists));

    public Task Clear() => stored.ClearStateAsync();

    public async Task<bool> Remind(TimeSpan dueTime, TimeSpan period)
    {
        await this.RegisterOrUpdateReminder("wake", dueTime, period);
        return await this.GetReminder("wake") is { ReminderName: "wake" };
    }

    public async Task<bool> ForgetReminder()
    {
        await this.UnregisterReminder((await this.GetReminder("wake"))!);
        return await this.GetReminder("wake") is null;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        journal.Write($"reminded {this.GetPrimaryKeyString()} {reminderName} {status.Period.TotalMinutes}");
        return Task.CompletedTask;
    }

    public async Task WriteStale()
    {
        var foreign = ServiceProvider.GetService(typeof(IForeignWriter)) as IForeignWriter;
        await foreign!.Touch(this.GetPrimaryKeyString());
        stored.State = new CounterState { Count = 1_000_000 };
        await stored.WriteStateAsync();
    }
}

/// <summary>Another process that writes the same row.</summary>
internal interface IForeignWriter
{
    Task Touch(string key);
}
