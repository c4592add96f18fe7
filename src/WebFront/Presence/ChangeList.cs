using Chat.Grains.SellerPresence;
using Chat.WebFront.Connections;

namespace Chat.WebFront.Presence;

/// <summary>
/// Changes that are told together, oldest first: one list for all watchers who look at just these of the stores, and so one
/// event that is written once. Lists are grown change by change, each watcher moving on to the list that has the next one more.
/// </summary>
internal sealed class ChangeList
{
    private readonly ChangeList? _before;
    private readonly PresenceView? _last;
    private readonly int _length;
    private ChangeList? _longer;
    private OutgoingEvent? _event;

    /// <summary>The empty list, with which a telling begins.</summary>
    public ChangeList()
    {
        Empty = this;
    }

    private ChangeList(ChangeList before, PresenceView last)
    {
        Empty = before.Empty;
        _before = before;
        _last = last;
        _length = before._length + 1;
    }

    /// <summary>What this list grew from, and by that the telling it belongs to.</summary>
    public ChangeList Empty { get; }

    /// <summary>This list and one change more. Changes are added in the same order to all lists.</summary>
    public ChangeList With(PresenceView change) =>
        _longer is { } longer && ReferenceEquals(longer._last, change) ? longer : _longer = new ChangeList(this, change);

    /// <summary>The event that tells it; the same for all who ask.</summary>
    public OutgoingEvent Event(Func<PresenceView[], OutgoingEvent> write) => _event ??= write(Changes());

    private PresenceView[] Changes()
    {
        var changes = new PresenceView[_length];
        for (var list = this; list._last is { } change; list = list._before!)
        {
            changes[list._length - 1] = change;
        }

        return changes;
    }
}
