using System.Collections.Concurrent;
using Chat.Grains;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Orleans;

namespace Chat.WebFront.Access;

/// <summary>Which stores exist. What was found is believed for a minute; what was not is asked again each time.</summary>
internal sealed class StoreNames(IGrainFactory grains, TimeProvider time)
{
    private const int EntriesMax = 10_000;

    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<StoreId, (StoreProfile Profile, DateTimeOffset Until)> _known = new();

    public async ValueTask<StoreProfile?> Find(StoreId store)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(store, out var entry) && entry.Until > now)
        {
            return entry.Profile;
        }

        var profile = await grains.Store(store).GetProfile();
        if (profile is not null)
        {
            if (_known.Count >= EntriesMax)
            {
                _known.Clear();
            }

            _known[store] = (profile, now + BelievedFor);
        }

        return profile;
    }
}
