using Chat.Grains.Storage;
using Chat.WebFront.Access;
using Chat.WebFront.Connections;
using Chat.WebFront.Demo;
using Chat.WebFront.Presence;
using Chat.WebFront.Telemetry;
using Orleans;

namespace Chat.WebFront.Hub;

/// <summary>What the hub works with. SignalR makes a hub for each call; this is made once.</summary>
internal sealed record HubServices(
    IGrainFactory Grains,
    IInboxReader Inbox,
    ConnectionDirectory Directory,
    PersonBudgets Budgets,
    FrontLeases Leases,
    StoreRights Rights,
    PresenceReporter Presence,
    PresenceWatches Watches,
    ExpiryWheel Expiry,
    StoreNames Stores,
    ICatalog Catalog,
    ChatDatabase Database,
    FrontMetrics Metrics,
    FrontFigures Figures,
    TimeProvider Time);
