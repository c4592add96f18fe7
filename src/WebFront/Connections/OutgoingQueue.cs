using Chat.Grains.Shared;
using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Connections;

/// <summary>
/// What waits for one connection: at most <see cref="Limits.OutgoingPushesMax"/> events and
/// <see cref="Limits.OutgoingBytesMax"/> bytes, the one being written included, and none for longer than
/// <see cref="Limits.OutgoingWaitMax"/>. The writer exists only while something
/// waits, so an idle connection costs no task; what gathers while it writes goes out as one frame.
/// </summary>
internal sealed class OutgoingQueue(Func<SerializedHubMessage, ValueTask> write, Action overflow, TimeProvider time) : IThreadPoolWorkItem
{
    private const int FrameEventsMax = 64;

    /// <summary>An empty list for the next writer on this thread: most take one event, write it and are done.</summary>
    [ThreadStatic]
    private static List<OutgoingEvent>? s_spare;

    private readonly Lock _gate = new();
    private readonly Queue<(OutgoingEvent Item, long At)> _waiting = new();

    /// <summary>When the oldest of what is being written was queued; 0 while nothing is.</summary>
    private long _oldestAt;
    private int _events;
    private int _bytes;
    private bool _writing;
    private bool _closed;

    /// <summary>Queues an event; false when the queue is or becomes closed because it is full.</summary>
    public bool TryEnqueue(OutgoingEvent item)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (_events < Limits.OutgoingPushesMax && _bytes + item.Bytes <= Limits.OutgoingBytesMax)
            {
                _waiting.Enqueue((item, time.GetTimestamp()));
                _events++;
                _bytes += item.Bytes;
                if (!_writing)
                {
                    _writing = true;
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }

                return true;
            }

            Drop();
        }

        overflow();
        return false;
    }

    /// <summary>How many events wait, and how many bytes.</summary>
    public (int Events, int Bytes) Waiting
    {
        get
        {
            lock (_gate)
            {
                return (_events, _bytes);
            }
        }
    }

    /// <summary>Whether its oldest push has waited for longer than <see cref="Limits.OutgoingWaitMax"/>.</summary>
    public bool IsStuck => Volatile.Read(ref _oldestAt) is not 0 and var at && time.GetElapsedTime(at) > Limits.OutgoingWaitMax;

    /// <summary>Whether a writer has taken all there was and is still writing it.</summary>
    public bool IsWriting
    {
        get
        {
            lock (_gate)
            {
                return _writing && _waiting.Count == 0;
            }
        }
    }

    /// <summary>Drops what waits and takes nothing more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            Drop();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = Write();

    private void Drop()
    {
        _closed = true;
        _waiting.Clear();
    }

    private async Task Write()
    {
        var batch = s_spare ?? [];
        s_spare = null;
        while (TakeBatch(batch))
        {
            try
            {
                await write(batch.Count == 1
                    ? batch[0].Alone
                    : OutgoingEvent.Frame(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch)));
            }
            catch (Exception)
            {
                // A connection that cannot be written to is ending; its end is reported to the hub, not here.
                Close();
                return;
            }
        }

        s_spare = batch;
    }

    /// <summary>Gives back what was written and takes what waits; false ends the writer.</summary>
    private bool TakeBatch(List<OutgoingEvent> batch)
    {
        lock (_gate)
        {
            foreach (var written in batch)
            {
                _events--;
                _bytes -= written.Bytes;
            }

            batch.Clear();
            Volatile.Write(ref _oldestAt, _waiting.TryPeek(out var oldest) ? oldest.At : 0);
            while (batch.Count < FrameEventsMax && _waiting.TryDequeue(out var next))
            {
                batch.Add(next.Item);
            }

            return _writing = batch.Count > 0;
        }
    }
}
