using System.Collections.Immutable;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Chat.Grains.Users;
using Chat.WebFront.Access;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Connections;

/// <summary>Keeps what local users may act for in step with the stores' word.</summary>
internal sealed partial class StoreRights(
    Memberships memberships,
    ConnectionDirectory directory,
    FrontLeases leases,
    ILogger<StoreRights> logger)
{
    /// <summary>Asks the grains, registers for what is new and reports presence. Throws when they cannot be reached.</summary>
    public async Task<string?> Load(LocalUser user)
    {
        await user.Refreshes.Enter(out var turn);
        try
        {
            return await Take(user, await memberships.Of(user.Id));
        }
        finally
        {
            user.Refreshes.Leave(turn);
        }
    }

    /// <summary>
    /// Takes a store's own word about the user's entry. Grains are asked only where it is neither newer than what is known nor the
    /// same. Throws when they cannot be reached then.
    /// </summary>
    public async Task Take(LocalUser user, StoreId store, StoreAgent agent)
    {
        await user.Refreshes.Enter(out var turn);
        try
        {
            if (user.Stores.TryGetValue(store, out var known) && known.Agent.Changes < agent.Changes)
            {
                await Put(user, user.Stores.SetItem(store, known with { Agent = agent }));
            }
            else if (known?.Agent != agent)
            {
                await Take(user, await memberships.Of(user.Id));
            }
        }
        finally
        {
            user.Refreshes.Leave(turn);
        }
    }

    /// <summary>The same for a person who connects, whom it registers first; without a session it ends there.</summary>
    public async Task<Arrival> Arrive(LocalUser user, string? session)
    {
        await user.Refreshes.Enter(out var turn);
        try
        {
            var arrival = await leases.Arrive(user, session);
            if (arrival.HasSession)
            {
                await Take(user, await memberships.Of(user.Id, arrival.Profile));
            }

            return arrival;
        }
        finally
        {
            user.Refreshes.Leave(turn);
        }
    }

    private async Task<string?> Take(LocalUser user, (string? Name, ImmutableDictionary<StoreId, LocalStore> Stores) known)
    {
        user.Name = known.Name ?? user.Name;
        await Put(user, known.Stores);
        return known.Name;
    }

    private async Task Put(LocalUser user, ImmutableDictionary<StoreId, LocalStore> stores)
    {
        var before = user.Stores;
        var changed = directory.SetStores(user, stores);
        foreach (var store in stores.Keys)
        {
            if (directory.Find(store) is { IsEmpty: false } team)
            {
                await leases.Attach(team);
            }
        }

        foreach (var recipient in changed)
        {
            _ = leases.Settle(recipient);
        }

        if (!SameStores(before, stores))
        {
            Announce(user, stores);
        }
    }

    /// <summary>The same, at the wish of a push or the clock. Never throws: rights that cannot be looked up stay as they were.</summary>
    public async Task Refresh(LocalUser user)
    {
        try
        {
            await Load(user);
        }
        catch (Exception error)
        {
            LogNotRefreshed(user.Id, error);
        }
    }

    /// <summary>The same where a push says what changed.</summary>
    public async Task Refresh(LocalUser user, StoreId store, StoreAgent agent)
    {
        try
        {
            await Take(user, store, agent);
        }
        catch (Exception error)
        {
            LogNotRefreshed(user.Id, error);
        }
    }

    /// <summary>
    /// Looks this second's share of agents up again: the push that takes a right away may be lost, the right must not
    /// outlive it for long.
    /// </summary>
    public Task Tick(long second, int shares) =>
        Parallel.ForEachAsync(
            directory.Users.Where(user => !user.Stores.IsEmpty && (uint)user.Id.GetHashCode() % (uint)shares == second % shares),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (user, _) => await Refresh(user));

    private static void Announce(LocalUser user, ImmutableDictionary<StoreId, LocalStore> stores)
    {
        var item = OutgoingEvent.Of(new StoresEvent(Memberships.ToWire(stores)));
        foreach (var connection in user.Connections.Where(connection => connection.User is not null))
        {
            connection.Send(item);
        }
    }

    private static bool SameStores(ImmutableDictionary<StoreId, LocalStore> a, ImmutableDictionary<StoreId, LocalStore> b) =>
        a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var other) && other == entry.Value);

    [LoggerMessage(1, LogLevel.Warning, "The stores of {User} could not be looked up")]
    private partial void LogNotRefreshed(UserId user, Exception error);
}
