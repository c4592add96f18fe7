using System.Buffers.Binary;
using Chat.Grains.Shared;

namespace Chat.Grains.Fronts;

/// <summary>
/// Which front ends a grain should tell, each until its lease ends. Not durable: front ends renew. Thread-safe: the grain is not
/// the only one to tell them (<see cref="NearbyRecipients"/>).
/// </summary>
internal sealed class FrontRegistry(TimeSpan lease, int frontsMax)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FrontId, (FrontAddress Address, DateTimeOffset Until, Guid Registration)> _fronts = [];
    private long _registrations;

    /// <summary>Whether nobody is registered.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _fronts.Count == 0;
            }
        }
    }

    /// <summary>Whether somebody's lease runs on.</summary>
    public bool HasLiveLease(DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var (_, (_, until, _)) in _fronts)
            {
                if (until > now)
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
        lock (_gate)
        {
            Guid registration;
            if (_fronts.TryGetValue(front.Id, out var known) && known.Until > now)
            {
                registration = known.Registration;
            }
            else
            {
                if (_fronts.Count >= frontsMax)
                {
                    _fronts.Remove(_fronts.MinBy(entry => entry.Value.Until).Key);
                }

                registration = NextRegistration(now);
            }

            _fronts[front.Id] = (front, now + lease, registration);
            return registration;
        }
    }

    /// <summary>Takes a front end out.</summary>
    public void Detach(FrontId front)
    {
        lock (_gate)
        {
            _fronts.Remove(front);
        }
    }

    /// <summary>
    /// Calls <paramref name="send"/>, which must not wait, for each live front end, and forgets those whose lease ended or that
    /// cannot be sent to. False when nobody was told.
    /// </summary>
    public bool Tell<TState>(DateTimeOffset now, TState state, Func<FrontAddress, TState, bool> send)
    {
        lock (_gate)
        {
            var told = false;
            List<FrontId>? gone = null;
            foreach (var (id, (address, until, _)) in _fronts)
            {
                if (until > now && send(address, state))
                {
                    told = true;
                }
                else
                {
                    (gone ??= []).Add(id);
                }
            }

            gone?.ForEach(id => _fronts.Remove(id));
            return told;
        }
    }

    /// <summary>Differs between registrations and between activations, without chance: a later activation has a later time.</summary>
    private Guid NextRegistration(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, now.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], ++_registrations);
        return new Guid(bytes);
    }
}
