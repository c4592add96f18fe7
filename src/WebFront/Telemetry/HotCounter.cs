using System.Runtime.InteropServices;
using Chat.Grains.Cluster;
using Chat.Grains.Shared;

namespace Chat.WebFront.Telemetry;

/// <summary>
/// Finds the conversations with most sends in the last minute, in bounded memory: a slot for each quarter of it, each with
/// at most <see cref="Limits.HotCountedMax"/> counts. A full slot lowers every count by one and drops those that reach zero
/// (lossy counting), so a count is never too high, and one that is high was high. Thread-safe.
/// </summary>
internal sealed class HotCounter(TimeProvider time)
{
    private const int Slots = 4;

    private static readonly TimeSpan SlotTime = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<ConversationId, long>[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new Dictionary<ConversationId, long>())];
    private long _slot;

    public void Count(ConversationId conversation)
    {
        lock (_gate)
        {
            var counts = Current();
            while (counts.Count >= Limits.HotCountedMax && !counts.ContainsKey(conversation))
            {
                Lower(counts);
            }

            CollectionsMarshal.GetValueRefOrAddDefault(counts, conversation, out _)++;
        }
    }

    /// <summary>The hottest, hottest first.</summary>
    public IReadOnlyList<HotConversation> Top(int limit)
    {
        lock (_gate)
        {
            Current();
            return [.. _slots.SelectMany(slot => slot).GroupBy(entry => entry.Key, entry => entry.Value)
                .Select(conversation => new HotConversation(conversation.Key, conversation.Sum()))
                .OrderByDescending(hot => hot.Sends).ThenBy(hot => hot.Conversation.Value, StringComparer.Ordinal).Take(limit)];
        }
    }

    private static void Lower(Dictionary<ConversationId, long> counts)
    {
        foreach (var conversation in counts.Keys)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(counts, conversation) <= 0)
            {
                counts.Remove(conversation);
            }
        }
    }

    private Dictionary<ConversationId, long> Current()
    {
        var now = time.GetTimestamp() / (time.TimestampFrequency * (long)SlotTime.TotalSeconds);
        for (var slot = Math.Max(_slot + 1, now - Slots + 1); slot <= now; slot++)
        {
            _slots[slot % Slots].Clear();
        }

        _slot = Math.Max(_slot, now);
        return _slots[_slot % Slots];
    }
}
