using System.Collections;
using System.Runtime.CompilerServices;
using Chat.Grains.Shared;

namespace Chat.Grains.Conversations;

/// <summary>
/// The newest messages of a conversation, oldest first, at most <see cref="Limits.ConversationTailMax"/>. It never changes: adding
/// makes another one, in the same buffer where that has room, so that a message costs a place in it and not a copy of the tail.
/// Ids lie side by side, since each new one is looked for among them: in the messages it would be a cache miss for each.
/// </summary>
[CollectionBuilder(typeof(MessageTail), nameof(Of))]
internal sealed class MessageTail : IReadOnlyList<Message>
{
    /// <summary>Places beyond the longest tail: a copy every so many messages, and so many messages held in vain.</summary>
    private const int Spare = 16;

    private readonly Buffer _buffer;
    private readonly int _start;

    private MessageTail(Buffer buffer, int start, int length) => (_buffer, _start, Length) = (buffer, start, length);

    /// <summary>The newest of these.</summary>
    public static MessageTail Of(ReadOnlySpan<Message> messages)
    {
        var newest = messages[Math.Max(0, messages.Length - Limits.ConversationTailMax)..];
        var buffer = new Buffer(newest.Length);
        foreach (var message in newest)
        {
            buffer.Add(message);
        }

        return new MessageTail(buffer, 0, newest.Length);
    }

    public int Length { get; }

    public bool IsEmpty => Length == 0;

    int IReadOnlyCollection<Message>.Count => Length;

    public Message this[int index] => Messages[index];

    private ReadOnlySpan<Message> Messages => _buffer.Messages.AsSpan(_start, Length);

    /// <summary>With one more, without the oldest where it is full.</summary>
    public MessageTail With(Message newest)
    {
        var kept = Math.Min(Length, Limits.ConversationTailMax - 1);
        var from = _start + Length - kept;

        // What was added behind this one belongs to another: a plan that came to nothing, or the tail that followed.
        if (_buffer.Used == _start + Length && _buffer.HasRoom)
        {
            _buffer.Add(newest);
            return new MessageTail(_buffer, from, kept + 1);
        }

        var copy = new Buffer(Math.Min((kept + 1) * 2, Limits.ConversationTailMax + Spare));
        copy.Add(_buffer, from, kept);
        copy.Add(newest);
        return new MessageTail(copy, 0, kept + 1);
    }

    /// <summary>The message with this id of this sender, if it is here.</summary>
    public Message? Find(Guid id, PrincipalId sender)
    {
        var ids = _buffer.Ids.AsSpan(_start, Length);
        for (int at = 0, next; (next = ids[at..].IndexOf(id)) >= 0; at++)
        {
            at += next;
            if (Messages[at] is var message && message.Sender == sender)
            {
                return message;
            }
        }

        return null;
    }

    public IEnumerator<Message> GetEnumerator()
    {
        for (var i = 0; i < Length; i++)
        {
            yield return _buffer.Messages[_start + i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Buffer(int size)
    {
        public Message[] Messages { get; } = new Message[size];

        public Guid[] Ids { get; } = new Guid[size];

        public int Used { get; private set; }

        public bool HasRoom => Used < Messages.Length;

        public void Add(Message message)
        {
            (Messages[Used], Ids[Used]) = (message, message.Id);
            Used++;
        }

        public void Add(Buffer from, int start, int count)
        {
            from.Messages.AsSpan(start, count).CopyTo(Messages);
            from.Ids.AsSpan(start, count).CopyTo(Ids);
            Used = count;
        }
    }
}
