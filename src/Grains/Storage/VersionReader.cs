using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>
/// Looks up the versions of conversations, many in one query: whoever asks while enough queries are under way goes with the
/// next one, so a thousand clients that resume at once cost tens of queries. An answer is never older than its question.
/// </summary>
internal sealed class VersionReader(DatabaseEngine engine)
{
    /// <summary>Queries under way at once: one that hangs must not hold up the others.</summary>
    private const int QueriesMax = 3;

    /// <summary>Keys in one query.</summary>
    private const int KeysMax = 256;

    private readonly Lock _gate = new();
    private readonly Queue<(ConversationId Conversation, TaskCompletionSource<long> Answer)> _waiting = new();
    private int _queries;

    /// <summary>The version now, 0 when the conversation has not begun. Throws <see cref="StorageUnavailableException"/>.</summary>
    public Task<long> Of(ConversationId conversation)
    {
        var answer = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue((conversation, answer));
            if (_queries == QueriesMax)
            {
                return answer.Task;
            }

            _queries++;
        }

        _ = ReadWaiting();
        return answer.Task;
    }

    private async Task ReadWaiting()
    {
        while (Take() is { Count: > 0 } asked)
        {
            try
            {
                var keys = asked.Select(one => one.Conversation.Value).Distinct().ToArray();
                var found = (await engine.Query(
                    engine.VersionsSql, static row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), ("conversations", engine.KeysValue(keys))))
                    .ToDictionary();
                foreach (var (conversation, answer) in asked)
                {
                    answer.SetResult(found.GetValueOrDefault(conversation.Value));
                }
            }
            catch (Exception error)
            {
                foreach (var (_, answer) in asked)
                {
                    answer.TrySetException(error);
                }
            }
        }
    }

    /// <summary>What the next query asks for; nothing ends this run of queries.</summary>
    private List<(ConversationId Conversation, TaskCompletionSource<long> Answer)> Take()
    {
        var asked = new List<(ConversationId, TaskCompletionSource<long>)>();
        lock (_gate)
        {
            while (asked.Count < KeysMax && _waiting.TryDequeue(out var next))
            {
                asked.Add(next);
            }

            _queries -= asked.Count == 0 ? 1 : 0;
        }

        return asked;
    }
}
