using Chat.Grains.Shared;

namespace Chat.WebFront.Access;

/// <summary>Lets one typing notice through every <see cref="Every"/> for each conversation of a user.</summary>
internal sealed class TypingThrottle
{
    /// <summary>docs/protocol.md part 4.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>How long receivers show it.</summary>
    public static readonly TimeSpan Gone = TimeSpan.FromSeconds(6);

    /// <summary>Nobody types in more conversations than this within two seconds.</summary>
    private const int ConversationsMax = 64;

    private readonly Lock _gate = new();

    private readonly Dictionary<ConversationId, DateTimeOffset> _last = [];

    public bool Allows(ConversationId conversation, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_last.TryGetValue(conversation, out var last) && now - last < Every)
            {
                return false;
            }

            if (_last.Count >= ConversationsMax)
            {
                _last.Clear();
            }

            _last[conversation] = now;
            return true;
        }
    }
}
