using System.Buffers.Binary;
using Chat.Grains.Shared;

namespace Chat.Grains.Fronts;

/// <summary>
/// Which front ends a grain should tell, each until its lease ends. Not durable: front ends renew. Thread-safe: the grain is not
/// the only one to tell them (<see cref="NearbyRecipients"/>).
/// </summary>
internal sealed class FrontRegistry(TimeSpan lease, int frontsMax)
{
    /// <summary>In no order, and exactly as long as there are entries: nearly everybody has one, and there are many people.</summary>
    private Registered[] _fronts = [];
    private long _registrations;

    /// <summary>Whether nobody is registered.</summary>
    public bool IsEmpty => Volatile.Read(ref _fronts).Length == 0;

    // Seen by this assembly only, which locks it nowhere else: an object of its own to lock would cost every person 40 bytes.
    private object Gate => this;

    /// <summary>Whether somebody's lease runs on.</summary>
    public bool HasLiveLease(DateTimeOffset now)
    {
        lock (Gate)
        {
            foreach (ref readonly var front in _fronts.AsSpan())
            {
                if (front.Until > now)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Adds or renews; answers which registration it is, the same for as long as nothing was missed. Beyond the bound the
    /// one closest to its end gives way: it will renew if it lives.
    /// </summary>
    public Guid Attach(FrontAddress front, DateTimeOffset now)
    {
        lock (Gate)
        {
            var at = IndexOf(front.Id);
            if (at < 0)
            {
                at = Room();
            }
            else if (_fronts[at].Until > now)
            {
                _fronts[at] = _fronts[at] with { Address = front, Until = now + lease };
                return _fronts[at].Registration;
            }

            _fronts[at] = new Registered(front, now + lease, NextRegistration(now));
            return _fronts[at].Registration;
        }
    }

    /// <summary>Takes a front end out.</summary>
    public void Detach(FrontId front)
    {
        lock (Gate)
        {
            if (IndexOf(front) is >= 0 and var at)
            {
                RemoveAt(at);
            }
        }
    }

    /// <summary>
    /// Calls <paramref name="send"/>, which must not wait, for each live front end, and forgets those whose lease ended or that
    /// cannot be sent to. False when nobody was told.
    /// </summary>
    public bool Tell<TState>(DateTimeOffset now, TState state, Func<FrontAddress, TState, bool> send)
    {
        lock (Gate)
        {
            var told = false;
            for (var at = 0; at < _fronts.Length;)
            {
                if (_fronts[at].Until > now && send(_fronts[at].Address, state))
                {
                    told = true;
                    at++;
                }
                else
                {
                    RemoveAt(at);
                }
            }

            return told;
        }
    }

    private int IndexOf(FrontId front)
    {
        for (var at = 0; at < _fronts.Length; at++)
        {
            if (_fronts[at].Address.Id == front)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Where another one goes.</summary>
    private int Room()
    {
        if (_fronts.Length < frontsMax)
        {
            Array.Resize(ref _fronts, _fronts.Length + 1);
            return _fronts.Length - 1;
        }

        var stalest = 0;
        for (var at = 1; at < _fronts.Length; at++)
        {
            if (_fronts[at].Until < _fronts[stalest].Until)
            {
                stalest = at;
            }
        }

        return stalest;
    }

    private void RemoveAt(int at)
    {
        if (_fronts.Length == 1)
        {
            _fronts = [];
            return;
        }

        _fronts[at] = _fronts[^1];
        Array.Resize(ref _fronts, _fronts.Length - 1);
    }

    /// <summary>Differs between registrations and between activations, without chance: a later activation has a later time.</summary>
    private Guid NextRegistration(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, now.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], ++_registrations);
        return new Guid(bytes);
    }

    private readonly record struct Registered(FrontAddress Address, DateTimeOffset Until, Guid Registration);
}
