using Chat.Grains;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Auth;
using Orleans;

namespace Chat.WebFront.Demo;

/// <summary>
/// Fills an empty database with the demo marketplace. Every step either was done before or is done once, however many
/// fronts start together and wherever the last attempt died; the last step marks the whole as done.
/// </summary>
internal sealed partial class DemoSeeder(
    DemoMode demo,
    DemoData data,
    DemoOrders orders,
    DemoReviews reviews,
    IGrainFactory grains,
    IConversationLog log,
    Passwords passwords,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<DemoSeeder> logger) : BackgroundService
{
    private const int ParallelMax = 8;

    /// <summary>A store nobody can open by chance: its existence says that seeding was finished.</summary>
    private static readonly StoreId Finished = new("demo.seeded");

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when there is nothing (more) to seed.</summary>
    public Task Done => _done.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Grains answer only after the whole host has started. One that stops before that has nothing to say about it here.
        if (!await Started(stoppingToken))
        {
            return;
        }

        try
        {
            if (demo.IsOn && await grains.Store(Finished).GetProfile() is null)
            {
                var started = time.GetTimestamp();
                await Seed();
                LogSeeded(data.Stores.Count, data.Conversations.Count, (long)time.GetElapsedTime(started).TotalMilliseconds);
            }
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // The front works without it; the next start goes on where this one failed.
            LogFailed(error);
        }

        _done.TrySetResult();
    }

    private async Task<bool> Started(CancellationToken stopping)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var start = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var stop = stopping.Register(() => started.TrySetResult(false));
        return await started.Task;
    }

    private async Task Seed()
    {
        // The password is public, so one hash serves all.
        var hash = await passwords.Hash(data.People.DemoPassword);
        await Each(data.People.People, async person =>
        {
            await grains.User(person.Id).SetProfile(person.DisplayName);
            await grains.Account(person.Id).Register(hash);
        });
        await Each(data.Stores, Open);
        await Each(data.Conversations, Write);
        await reviews.Make();

        // Most of this is waiting for payment checks, so all wait together.
        await Task.WhenAll(data.Orders.Select(orders.Make));
        await grains.Store(Finished).Open("Demo", data.Stores[0].Owner);
    }

    private async Task Open(CatalogStore store)
    {
        await grains.Store(store.Id).Open(store.Name, store.Owner);
        foreach (var agent in store.Agents.Where(agent => agent != store.Owner))
        {
            await grains.Store(store.Id).AddAgent(store.Owner, agent);
        }
    }

    private async Task Write(DemoConversation conversation)
    {
        // Version 0 creates; whoever comes second is refused by the log.
        foreach (var request in DemoHistory.Of(conversation, data, time.GetUtcNow()))
        {
            var outcome = await log.Append(request);
            if (outcome.Status is AppendStatus.Fenced or AppendStatus.Duplicate)
            {
                return;
            }

            if (outcome.Status != AppendStatus.Stored)
            {
                throw new StorageUnavailableException($"A demo conversation was not stored: {outcome.Status}.");
            }
        }
    }

    private static Task Each<T>(IEnumerable<T> items, Func<T, Task> work) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = ParallelMax }, async (item, _) => await work(item));

    [LoggerMessage(1, LogLevel.Information, "Demo marketplace ready: {Stores} stores, {Conversations} conversations, {Milliseconds} ms")]
    private partial void LogSeeded(int stores, int conversations, long milliseconds);

    [LoggerMessage(2, LogLevel.Error, "The demo marketplace could not be completed; the next start tries again")]
    private partial void LogFailed(Exception error);
}
