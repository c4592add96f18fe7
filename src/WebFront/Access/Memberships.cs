using System.Collections.Immutable;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.Grains.Users;
using Chat.WebFront.Connections;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Access;

/// <summary>
/// What a user may act for. The user's own list says where to ask; only the store's word gives a right.
/// </summary>
internal sealed class Memberships(IGrainFactory grains, StoreNames names)
{
    public async Task<(string? Name, ImmutableDictionary<StoreId, LocalStore> Stores)> Of(UserId user) =>
        await Of(user, await grains.User(user).GetProfile());

    /// <summary>The same by a profile that was just read.</summary>
    public async Task<(string? Name, ImmutableDictionary<StoreId, LocalStore> Stores)> Of(UserId user, UserProfile? profile)
    {
        if (profile is null)
        {
            return (null, ImmutableDictionary<StoreId, LocalStore>.Empty);
        }

        var confirmed = await Task.WhenAll(profile.Stores.Select(store => Confirm(store, user)));
        return (profile.DisplayName, confirmed.OfType<LocalStore>().ToImmutableDictionary(store => store.Profile.Id));
    }

    /// <summary>Stores in a stable order, for people to read.</summary>
    public static StoreWire[] ToWire(ImmutableDictionary<StoreId, LocalStore> stores) =>
        [.. stores.Values.OrderBy(store => store.Profile.Id.Value, StringComparer.Ordinal).Select(store => store.Agent.ToWire(store.Profile))];

    private async Task<LocalStore?> Confirm(StoreId store, UserId user) =>
        await grains.Store(store).GetAgent(user) is { } agent && await names.Find(store) is { } profile
            ? new LocalStore(profile, agent)
            : null;
}
