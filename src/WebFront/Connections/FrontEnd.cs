using System.Diagnostics;
using System.Runtime.CompilerServices;
using Chat.Grains;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.Grains.Telemetry;
using Chat.WebFront.Presence;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;
using Orleans;

namespace Chat.WebFront.Connections;

/// <summary>
/// This process as grains see it: takes batches of pushes and hands each to the connections it is for. Never waits for a
/// client, and never throws at a grain.
/// </summary>
internal sealed partial class FrontEnd(
    IGrainFactory grains,
    ConnectionDirectory directory,
    StoreRights rights,
    PresenceWatches watches,
    FrontIdentity identity,
    FrontMetrics metrics,
    FrontFigures figures,
    TimeProvider time,
    ILogger<FrontEnd> logger) : IFrontObserver, ILocalFront
{
    /// <summary>More links than this are not remembered: a lost count only costs a needless resync.</summary>
    private const int LinksMax = 1_024;

    /// <summary>A recipient with more connections here, such as a large team, is a crowd: who wrote to it is answered before it is told.</summary>
    private const int CrowdFrom = 32;

    /// <summary>So many of a crowd are written to before others have their turn.</summary>
    private const int CrowdSlice = 16;

    /// <summary>The head start of the answer; nobody sees it.</summary>
    private static readonly TimeSpan CrowdAfter = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _numbers = [];

    public FrontId Id => identity.Id;

    public IFrontObserver Observer => this;

    public Task Deliver(FrontBatch batch)
    {
        if (!IsNew(batch, out var gap))
        {
            return Task.CompletedTask;
        }

        if (gap)
        {
            LogGap(batch.Link, batch.Number);
            metrics.Resynced(ResyncCause.Gap, figures.Connections);
            ResyncAll("pushes to this front end were lost");
        }

        // A message goes to both members; when both are connected here it is still serialized once.
        var written = new Dictionary<Push, OutgoingEvent>(ReferenceOrMessage.Instance);
        var toWrite = new List<ClientConnection>();
        var crowd = new List<ClientConnection>();
        var queued = 0;
        try
        {
            foreach (var delivery in batch.Deliveries)
            {
                queued += Deliver(delivery, written, toWrite, crowd);
            }
        }
        finally
        {
            // Each connection once, with all that the batch brings it.
            toWrite.ForEach(static connection => connection.WriteQueued());
            if (crowd.Count > 0)
            {
                _ = WriteCrowd(crowd);
            }
        }

        figures.Pushed(queued);
        Measure(written.Keys);

        foreach (var view in batch.Presence)
        {
            watches.Publish(view);
        }

        return Task.CompletedTask;
    }

    /// <summary>Tells everybody here to ask again.</summary>
    public void ResyncAll(string reason)
    {
        var resync = OutgoingEvent.Of(new ResyncEvent(reason));
        foreach (var connection in directory.Connections)
        {
            connection.Send(resync);
        }
    }

    /// <summary>Whether a batch is no repeat; <paramref name="gap"/> when some before it is missing.</summary>
    private bool IsNew(FrontBatch batch, out bool gap)
    {
        lock (_gate)
        {
            var last = _numbers.GetValueOrDefault(batch.Link);
            gap = batch.Number > last + 1;
            if (batch.Number <= last)
            {
                return false;
            }

            if (_numbers.Count >= LinksMax)
            {
                _numbers.Clear();
            }

            _numbers[batch.Link] = batch.Number;
            return true;
        }
    }

    /// <summary>How long messages were on their way. One look at the clock for the batch: it took no time worth telling.</summary>
    private void Measure(IEnumerable<Push> queued)
    {
        var now = time.GetUtcNow();
        foreach (var push in queued)
        {
            if (push is MessagePush message && message.StoredAt != default)
            {
                metrics.FannedOut(now - message.StoredAt);
            }
        }
    }

    /// <summary>What is queued keeps its order, whenever it is written, and what comes meanwhile leaves with it.</summary>
    private static async Task WriteCrowd(List<ClientConnection> crowd)
    {
        await Task.Delay(CrowdAfter);
        for (var i = 0; i < crowd.Count; i++)
        {
            crowd[i].WriteQueued();
            if (i % CrowdSlice == CrowdSlice - 1)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>How many events were queued.</summary>
    private int Deliver(Delivery delivery, Dictionary<Push, OutgoingEvent> written, List<ClientConnection> toWrite, List<ClientConnection> crowd)
    {
        var queued = 0;
        var recipient = directory.Find(delivery.To);
        if (recipient is null)
        {
            // Nobody of theirs is here any more: the grain missed that, or its notice is under way.
            _ = DetachStray(delivery.To);
            return 0;
        }

        foreach (var push in delivery.Pushes)
        {
            switch (push)
            {
                case StoresChangedPush changed when recipient is LocalUser { IsEmpty: false } user:
                    _ = changed is { Store: { } store, Agent: { } agent } ? rights.Refresh(user, store, agent) : rights.Refresh(user);
                    break;
                case SessionRevokedPush revoked:
                    Close(recipient, revoked.Session);
                    break;
                default:
                    queued += Send(recipient, push, written, IsCrowd(recipient) ? crowd : toWrite);
                    break;
            }
        }

        return queued;
    }

    private static bool IsCrowd(LocalRecipient recipient)
    {
        var connections = 0;
        foreach (var user in recipient.Users)
        {
            connections += user.Connections.Length;
            if (connections > CrowdFrom)
            {
                return true;
            }
        }

        return false;
    }

    private int Send(LocalRecipient recipient, Push push, Dictionary<Push, OutgoingEvent> written, List<ClientConnection> toWrite)
    {
        using var span = ChatTracing.IsOn ? ChatTracing.Begin("front delivery", ActivityKind.Consumer, ChatTracing.CausesOf([push])) : null;
        var queued = 0;
        // Written only when somebody is there to read it: the sender's own side mostly has no other connection.
        OutgoingEvent? item = null;
        var origin = (push as MessagePush)?.Origin;
        foreach (var user in recipient.Users)
        {
            foreach (var connection in user.Connections)
            {
                if (connection.Id == origin)
                {
                    continue;
                }

                if (item is null && !written.TryGetValue(push, out item))
                {
                    item = Write(push);
                    if (item is null)
                    {
                        return 0;
                    }

                    written.Add(push, item);
                }

                if (connection.Queue(item))
                {
                    toWrite.Add(connection);
                }

                queued++;
            }
        }

        if (push is ResyncPush)
        {
            metrics.Resynced(ResyncCause.Lost, queued);
        }

        span?.SetTag("chat.connections", queued);
        return queued;
    }

    /// <summary>The event of a push; null for one this version does not know.</summary>
    private static OutgoingEvent? Write(Push push) => push switch
    {
        MessagePush m => OutgoingEvent.Of(new MessageEvent(m.Conversation.Value, m.Message.ToWire())),
        ReceiptPush r => OutgoingEvent.Of(new ReceiptEvent(r.Conversation.Value, r.Receipt.Member.Value, r.Receipt.Delivered, r.Receipt.Read)),
        TypingPush t => OutgoingEvent.Of(new TypingEvent(t.Conversation.Value, t.Member.Value, t.By.Value)),
        ResyncPush r => OutgoingEvent.Of(new ResyncEvent(r.Reason)),
        _ => null,
    };

    private static void Close(LocalRecipient recipient, string session)
    {
        foreach (var connection in recipient.AllConnections.Where(connection => connection.Identity.Session == session))
        {
            connection.Close(ClosingCode.SessionRevoked);
        }
    }

    private async Task DetachStray(PrincipalId principal)
    {
        try
        {
            await grains.Recipient(principal).Detach(identity.Id);
        }
        catch (Exception error)
        {
            LogStray(principal, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Batches before {Number} of link {Link} were lost; all connections are told to resync")]
    private partial void LogGap(string link, long number);

    [LoggerMessage(2, LogLevel.Debug, "{Principal} could not be told that nobody of theirs is here")]
    private partial void LogStray(PrincipalId principal, Exception error);

    /// <summary>Two copies of one message push are the same event; any other push only equals itself.</summary>
    private sealed class ReferenceOrMessage : IEqualityComparer<Push>
    {
        public static ReferenceOrMessage Instance { get; } = new();

        public bool Equals(Push? x, Push? y) =>
            ReferenceEquals(x, y)
            || x is MessagePush a && y is MessagePush b && a.Conversation == b.Conversation && a.Message.Change == b.Message.Change;

        public int GetHashCode(Push push) =>
            push is MessagePush m ? HashCode.Combine(m.Conversation, m.Message.Change) : RuntimeHelpers.GetHashCode(push);
    }
}
