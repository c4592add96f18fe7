using Chat.Grains.Shared;
using Chat.WebFront.Access;
using Chat.WebFront.Auth;
using Chat.WebFront.Telemetry;
using Chat.WebFront.Wire;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.WebFront.Connections;

/// <summary>One live socket of one signed-in user.</summary>
internal sealed class ClientConnection : IOutlet
{
    /// <summary>How long a closing event may take to leave before the socket is cut anyway.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    /// <summary>A machine that acknowledged nothing for this long, while a question waited for its answer, is gone.</summary>
    private static readonly TimeSpan UnreachableAfter = TimeSpan.FromSeconds(5);

    private readonly HubConnectionContext context;
    private readonly FrontMetrics metrics;
    private readonly PeerSigns peer;
    private readonly OutgoingQueue _queue;
    private ReadWatch _reads;
    private readonly TimeProvider time;
    private SendLanes? _lanes;

    /// <summary>Made when somebody waits for the last answer: that is only when the connection closes.</summary>
    private TaskCompletionSource? _answered;

    /// <summary>When its link is to be looked at again: before that it cannot have been silent for too long.</summary>
    private long _lookAt;
    private bool _linkAsked;
    private int _calls = 1;
    private int _closing;
    private bool _floods;
    private bool _ended;

    public ClientConnection(
        HubConnectionContext context, TokenIdentity identity, PersonBudget? budget, PeerSigns peer, TimeProvider time, FrontMetrics metrics)
    {
        this.context = context;
        this.metrics = metrics;
        this.peer = peer;
        this.time = time;
        Identity = identity;
        Budget = budget;
        _reads = new ReadWatch(time);
        _queue = new OutgoingQueue(this, time);
    }

    /// <summary>SignalR's id of the connection; unique over all fronts.</summary>
    public string Id => context.ConnectionId;

    public TokenIdentity Identity { get; }

    /// <summary>What its user may still do; null when this front remembers too many people to take one more.</summary>
    public PersonBudget? Budget { get; }

    /// <summary>The order of this connection's sends. Made with the first: most connections never send.</summary>
    public SendLanes Lanes => _lanes ?? Interlocked.CompareExchange(ref _lanes, new SendLanes(time), null) ?? _lanes;

    /// <summary>The user's entry on this front; null until <c>hello</c> was answered.</summary>
    public LocalUser? User { get; set; }

    /// <summary>Whether somebody uses the device now, and when they last did. Guarded by the user's gate.</summary>
    public bool IsActive { get; set; }

    /// <summary>When <see cref="IsActive"/> was last true.</summary>
    public DateTimeOffset LastActive { get; set; }

    /// <summary>What waits for it to be read.</summary>
    public (int Events, int Bytes) Waiting => _queue.Waiting;

    /// <summary>Whether its client said that it answers when it is asked whether it reads.</summary>
    public bool AnswersProbes { get; set; }

    /// <summary>Whether it is being closed because its user floods: nothing more is answered.</summary>
    public bool Floods => Volatile.Read(ref _floods);

    public bool IsClosing => Volatile.Read(ref _closing) != 0;

    public void Send(OutgoingEvent item)
    {
        if (_queue.TryEnqueue(item))
        {
            _reads.Pushed();
        }
    }

    /// <summary>The same for a caller who may have more: true when it must call <see cref="WriteQueued"/> once it has queued all.</summary>
    public bool Queue(OutgoingEvent item)
    {
        if (_queue.TryEnqueue(item, out var mustWrite))
        {
            _reads.Pushed();
        }

        return mustWrite;
    }

    /// <summary>Writes what was queued, as one frame. Waits for nothing.</summary>
    public void WriteQueued() => _queue.Write();

    /// <summary>
    /// Asks the client whether it is there and whether it reads when it is time to, and cuts it when not. Called by one thread,
    /// about each second.
    /// </summary>
    public void Probe()
    {
        if (_queue.IsStuck)
        {
            CutSlow(CutCause.PushWaited);
            return;
        }

        WatchLink();

        switch (AnswersProbes ? _reads.Judge() : ReadVerdict.Fine)
        {
            case ReadVerdict.Ask:
                _queue.TryEnqueue(OutgoingEvent.Probe);
                break;
            case ReadVerdict.Silent:
                CutSlow(peer.IsUnreachable(UnreachableAfter) ? CutCause.Unreachable : CutCause.ProbeUnanswered);
                break;
        }
    }

    /// <summary>Tells the client why and cuts the connection. The first reason wins; later ones do nothing.</summary>
    public void Close(ClosingCode code, TimeSpan? after = null) => _ = CloseAsync(code, after);

    /// <summary>The same; ends when the reason is on its way and the socket is cut.</summary>
    public Task CloseAsync(ClosingCode code, TimeSpan? after = null) => CloseAsync(code, after, CutCause.None);

    private void CutSlow(CutCause cause) => _ = CloseAsync(ClosingCode.SlowClient, null, cause);

    private Task CloseAsync(ClosingCode code, TimeSpan? after, CutCause cause)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
        {
            return Task.CompletedTask;
        }

        Volatile.Write(ref _floods, code == ClosingCode.Flooding);
        _queue.Close();
        metrics.Closed(code, cause, Identity.User);
        return CloseNow(code, after);
    }

    /// <summary>A call of this connection begins. What is under way when the connection is closed may still be answered.</summary>
    public void BeginCall()
    {
        _reads.Called();
        Interlocked.Increment(ref _calls);
    }

    /// <summary>It is answered.</summary>
    public void EndCall()
    {
        // One is held until the connection closes, so that it is no call's end that tells.
        if (Interlocked.Decrement(ref _calls) == 0)
        {
            Volatile.Read(ref _answered)?.TrySetResult();
        }
    }

    /// <summary>Whether the socket is gone. Set before the connection is taken out of any list, so that no late call puts it back.</summary>
    public bool IsEnded => Volatile.Read(ref _ended);

    /// <summary>The socket is gone: nothing more is queued.</summary>
    public void End()
    {
        Volatile.Write(ref _ended, true);
        _queue.Close();
    }

    ValueTask IOutlet.Write(SerializedHubMessage frame) => context.WriteAsync(frame, CancellationToken.None);

    void IOutlet.Overflowed() => CutSlow(CutCause.QueueFull);

    /// <summary>
    /// Anything that comes is a sign of life, so the socket itself is asked when something last did, and only when it may have been
    /// too long ago: a timer and a note for each link would cost more than everything else about somebody idle.
    /// </summary>
    private void WatchLink()
    {
        var now = time.GetTimestamp();
        if (now < _lookAt)
        {
            return;
        }

        if (peer.SilentFor is not { } silent)
        {
            _lookAt = long.MaxValue;
        }
        else if (silent < Limits.LinkSilentAfter)
        {
            _linkAsked = false;
            _lookAt = now + TimestampOf(Limits.LinkSilentAfter - silent);
        }
        else if (!_linkAsked)
        {
            _linkAsked = true;
            _lookAt = now + TimestampOf(Limits.LinkAnswerWithin);
            AskLink();
        }
        else
        {
            _lookAt = long.MaxValue;
            context.Abort();
        }
    }

    /// <summary>Either frame makes a page write something at once, also one whose timers are held back.</summary>
    private void AskLink()
    {
        if (AnswersProbes)
        {
            _queue.TryEnqueue(OutgoingEvent.Probe);
        }
        else
        {
            _ = context.WriteAsync(PingMessage.Instance).AsTask();
        }
    }

    private long TimestampOf(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private async Task CloseNow(ClosingCode code, TimeSpan? after)
    {
        var farewell = OutgoingEvent.Of(ClosingEvents.Of(code, after));
        try
        {
            // Elsewhere first: the caller may hold a lock or be on the socket's own read loop.
            await Task.Yield();
            await context.WriteAsync(farewell.Alone).AsTask().WaitAsync(FarewellTime);
            if (code == ClosingCode.Draining)
            {
                // Else senders would have to ask what became of their messages. There before the call that is held is ended, so
                // that whoever ends the last one finds it.
                var answered = _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                EndCall();
                await answered.Task.WaitAsync(FarewellTime);
            }

            // Written is not yet sent; cutting at once could overtake it.
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // A client that does not read misses the reason; resume heals it all the same.
        }
        finally
        {
            context.Abort();
        }
    }
}

/// <summary>Closing events by code, as docs/protocol.md part 7 lists them.</summary>
internal static class ClosingEvents
{
    public static ClosingEvent Of(ClosingCode code, TimeSpan? after)
    {
        var reconnect = code is ClosingCode.TokenExpired or ClosingCode.SlowClient or ClosingCode.Draining or ClosingCode.Flooding;
        return new ClosingEvent((int)code, ErrorNames.Of(code), reconnect, after is { } wait ? (long)wait.TotalMilliseconds : null);
    }
}
