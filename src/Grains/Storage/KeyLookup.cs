using System.Data.Common;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>
/// Looks something up of conversations by their keys, many in one query: whoever asks while enough queries are under way goes
/// with the next one, so a thousand clients that come back at once cost tens of queries. An answer is never older than its
/// question.
/// </summary>
/// <param name="engine">The database.</param>
/// <param name="sql">Its first column is the conversation; the condition is <see cref="DatabaseEngine.IsAmongKeys"/>.</param>
/// <param name="map">Reads a row.</param>
internal sealed class KeyLookup<T>(DatabaseEngine engine, string sql, Func<DbDataReader, T> map)
{
    /// <summary>Queries under way at once: one that hangs must not hold up the others.</summary>
    private const int QueriesMax = 3;

    /// <summary>Keys in one query.</summary>
    private const int KeysMax = 256;

    private readonly Lock _gate = new();
    private readonly Queue<(ConversationId Conversation, TaskCompletionSource<T?> Answer)> _waiting = new();
    private int _queries;

    /// <summary>What is stored now, the default when there is no such conversation. Throws <see cref="StorageUnavailableException"/>.</summary>
    public Task<T?> Of(ConversationId conversation)
    {
        var answer = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
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
                    sql, row => KeyValuePair.Create(row.GetString(0), map(row)), ("keys", engine.KeysValue(keys)))).ToDictionary();
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
    private List<(ConversationId Conversation, TaskCompletionSource<T?> Answer)> Take()
    {
        var asked = new List<(ConversationId, TaskCompletionSource<T?>)>();
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
