using System.Runtime.InteropServices;
using Chat.Grains.Shared;
using Microsoft.AspNetCore.SignalR;

namespace Chat.WebFront.Connections;

/// <summary>Where an <see cref="OutgoingQueue"/> writes.</summary>
internal interface IOutlet
{
    /// <summary>Writes a frame; ends when there is room for the next.</summary>
    ValueTask Write(SerializedHubMessage frame);

    /// <summary>More waited than may.</summary>
    void Overflowed();
}

/// <summary>
/// What waits for one connection: at most <see cref="Limits.OutgoingPushesMax"/> events and
/// <see cref="Limits.OutgoingBytesMax"/> bytes, the one being written included, and none for longer than
/// <see cref="Limits.OutgoingWaitMax"/>. The writer exists only while something
/// waits, so an idle connection costs no task; what gathers while it writes goes out as one frame. Its own gate: there is one for
/// each connection, nobody else locks it, and a separate one would double what it costs.
/// </summary>
internal sealed class OutgoingQueue(IOutlet outlet, TimeProvider time) : IThreadPoolWorkItem
{
    private const int FrameEventsMax = 64;

    /// <summary>Made with the first push: to most who are connected nothing is pushed.</summary>
    private Queue<(OutgoingEvent Item, long At)>? _waiting;

    /// <summary>When the oldest of what is being written was queued; 0 while nothing is.</summary>
    private long _oldestAt;
    private int _events;
    private int _bytes;
    private bool _writing;
    private bool _closed;

    /// <summary>Queues an event; false when the queue is or becomes closed because it is full.</summary>
    public bool TryEnqueue(OutgoingEvent item)
    {
        var queued = TryEnqueue(item, out var mustWrite);
        if (mustWrite)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return queued;
    }

    /// <summary>
    /// The same for a caller who may have more. With <paramref name="mustWrite"/> nobody else writes: it must call
    /// <see cref="Write"/> as soon as it has queued what it has, which then leaves as one frame.
    /// </summary>
    public bool TryEnqueue(OutgoingEvent item, out bool mustWrite)
    {
        mustWrite = false;
        lock (this)
        {
            if (_closed)
            {
                return false;
            }

            if (_events < Limits.OutgoingPushesMax && _bytes + item.Bytes <= Limits.OutgoingBytesMax)
            {
                (_waiting ??= new()).Enqueue((item, time.GetTimestamp()));
                _events++;
                _bytes += item.Bytes;
                mustWrite = !_writing;
                _writing = true;
                return true;
            }

            Drop();
        }

        outlet.Overflowed();
        return false;
    }

    /// <summary>Writes what waits, as far as that needs no waiting; the rest is written as the connection takes it.</summary>
    public void Write() => _ = WriteAll();

    /// <summary>How many events wait, and how many bytes.</summary>
    public (int Events, int Bytes) Waiting
    {
        get
        {
            lock (this)
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
            lock (this)
            {
                return _writing && _waiting is not { Count: > 0 };
            }
        }
    }

    /// <summary>Drops what waits and takes nothing more.</summary>
    public void Close()
    {
        lock (this)
        {
            Drop();
        }
    }

    void IThreadPoolWorkItem.Execute() => Write();

    private void Drop()
    {
        _closed = true;
        _waiting = null;
    }

    private async Task WriteAll()
    {
        var (events, bytes) = (0, 0);
        while (TakeFrame(ref events, ref bytes) is { } frame)
        {
            try
            {
                await outlet.Write(frame);
            }
            catch (Exception)
            {
                // A connection that cannot be written to is ending; its end is reported to the hub, not here.
                Close();
                return;
            }
        }
    }

    /// <summary>Gives back the room of what was written and takes what waits; null ends the writer.</summary>
    private SerializedHubMessage? TakeFrame(ref int events, ref int bytes)
    {
        OutgoingEvent first;
        List<OutgoingEvent>? all = null;
        lock (this)
        {
            _events -= events;
            _bytes -= bytes;
            if (_waiting is null || !_waiting.TryDequeue(out var oldest))
            {
                Volatile.Write(ref _oldestAt, 0);
                _writing = false;
                return null;
            }

            Volatile.Write(ref _oldestAt, oldest.At);
            first = oldest.Item;
            (events, bytes) = (1, first.Bytes);
            if (_waiting.Count > 0)
            {
                all = new List<OutgoingEvent>(Math.Min(FrameEventsMax, _waiting.Count + 1)) { first };
                while (all.Count < FrameEventsMax && _waiting.TryDequeue(out var next))
                {
                    all.Add(next.Item);
                    bytes += next.Item.Bytes;
                }

                events = all.Count;
            }
        }

        return all is null ? first.Alone : OutgoingEvent.Frame(CollectionsMarshal.AsSpan(all));
    }
}
