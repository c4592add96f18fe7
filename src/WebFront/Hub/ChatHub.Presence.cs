using System.Collections.Immutable;
using System.Text.Json;
using Chat.Grains;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;
using Chat.Grains.Stores;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Hub;

internal sealed partial class ChatHub
{
    /// <summary>Replaces the stores whose dot this connection shows. Unknown stores are left out. Errors: 1001, 1004, 1005, 4001.</summary>
    public async Task<object> Watch(JsonElement request)
    {
        var reader = new RequestReader(request);
        var stores = ImmutableHashSet.CreateBuilder<StoreId>();
        foreach (var item in reader.List("stores", Limits.WatchesMax))
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                reader.Fail(new ChatError(ErrorCode.BadRequest, "'stores' is a list of strings."));
                break;
            }

            if (RequestReader.TryText(item, out var text) && StoreId.TryParse(text, out var store))
            {
                stores.Add(store);
            }
        }

        if (Refusal(reader, out _) is { } refusal)
        {
            return refusal.ToReply();
        }

        var views = await services.Watches.Replace(Connection, stores.ToImmutable());
        return new WatchReply(views);
    }

    /// <summary>Somebody uses this device, or stopped. Errors: 1001, 1005.</summary>
    public object Activity(JsonElement request)
    {
        var reader = new RequestReader(request);
        var active = reader.Flag("active");
        if (Refusal(reader, out var me) is { } refusal)
        {
            return refusal.ToReply();
        }

        if (me.SetActive(Connection, active, services.Time.GetUtcNow()))
        {
            services.Presence.ReportStoresOf(me);
        }

        return DoneReply.Value;
    }

    /// <summary>Goes on or off duty for a store. Errors: 1001, 1004, 1005, 3009.</summary>
    public async Task<object> Duty(JsonElement request)
    {
        var reader = new RequestReader(request);
        var store = reader.Store("store");
        var onDuty = reader.Flag("onDuty");
        if (Refusal(reader, out var me) is { } refusal)
        {
            return refusal.ToReply();
        }

        var agent = await Grains.Store(store).SetDuty(me.Id, onDuty ? DutyState.OnDuty : DutyState.OffDuty);
        if (!agent.IsOk)
        {
            return agent.Error.ToReply();
        }

        await services.Rights.Take(me, store, agent.Value);
        var reported = services.Directory.Find(store) is { } team ? await services.Presence.Report(team) : null;
        PresenceView view = reported ?? await Grains.Presence(store).Get();
        return new DutyReply(view.ToWire());
    }
}
