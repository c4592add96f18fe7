using System.Data.Common;
using Chat.Grains.Shared;

namespace Chat.Grains.Storage;

/// <summary>Looks something up of conversations by their keys, many in one query (<see cref="GatheredCalls{TAsk,TAnswer}"/>).</summary>
/// <param name="engine">The database.</param>
/// <param name="sql">Its first column is the conversation; the condition is <see cref="DatabaseEngine.IsAmongKeys"/>.</param>
/// <param name="map">Reads a row.</param>
internal sealed class KeyLookup<T>(DatabaseEngine engine, string sql, Func<DbDataReader, T> map)
{
    private const int QueriesMax = 3;

    private readonly GatheredCalls<ConversationId, T?> _calls = new(
        QueriesMax, Limits.LookupBatchMax, Limits.LookupQueueMax, asked => Find(engine, sql, map, asked));

    /// <summary>What is stored now, the default when there is no such conversation. Throws <see cref="StorageUnavailableException"/>.</summary>
    public Task<T?> Of(ConversationId conversation) => _calls.Ask(conversation);

    private static async Task<T?[]> Find(DatabaseEngine engine, string sql, Func<DbDataReader, T> map, IReadOnlyList<ConversationId> asked)
    {
        var keys = asked.Select(static conversation => conversation.Value).Distinct().ToArray();
        var found = (await engine.Query(
            sql, row => KeyValuePair.Create(row.GetString(0), map(row)), ("keys", engine.KeysValue(keys)))).ToDictionary();
        return [.. asked.Select(conversation => found.GetValueOrDefault(conversation.Value))];
    }
}
