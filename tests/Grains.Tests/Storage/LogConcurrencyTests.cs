using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Grains.Tests.Storage;

/// <summary>Many activations on several processes write at once, more than the cluster would ever allow.</summary>
public sealed class LogConcurrencyTests
{
    private const int WritersPerLog = 8;
    private const int MessagesPerWriter = 25;

    [Theory, OnSqlite, OnPostgres]
    public async Task Every_acknowledged_message_is_there_once_and_seq_is_gapless(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        IConversationLog[] logs = [database.OpenLog(), database.OpenLog()];
        ConversationId[] conversations = [.. Enumerable.Range(0, 4).Select(i => LogCase.Conversation("buyer" + i))];

        var acknowledged = (await Task.WhenAll(
            from log in logs from writer in Enumerable.Range(0, WritersPerLog) select Write(log, conversations, writer)))
            .SelectMany(messages => messages)
            .ToLookup(message => message.Conversation, message => message.Stored);

        Assert.Equal(2 * WritersPerLog * MessagesPerWriter, acknowledged.Sum(messages => messages.Count()));
        foreach (var id in conversations)
        {
            var stored = await logs[0].ReadBefore(id, long.MaxValue, int.MaxValue);
            var row = (await logs[1].Load(id))!;
            Assert.Equal(Enumerable.Range(1, stored.Count), stored.Select(message => (int)message.Seq));
            Assert.Equal(stored.Count, row.Head);
            Assert.Equal(stored, acknowledged[id].OrderBy(message => message.Seq));
            Assert.Equal(await logs[0].CountUnread(id, row.StorePrincipal, 0), row.Store.Unread);
        }
    }

    /// <summary>Both append to all conversations at once, in opposite order, first as creation, then as update.</summary>
    [Theory, OnSqlite, OnPostgres]
    public async Task Overlapping_batches_of_two_processes_neither_deadlock_nor_mix(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        IConversationLog[] logs = [database.OpenLog(), database.OpenLog()];
        var rows = Enumerable.Range(0, 300).Select(i => LogCase.Empty(LogCase.Conversation("buyer" + i))).ToArray();
        for (var round = 0; round < 5; round++)
        {
            var forth = rows.Select(row => LogCase.Append(row, "forth")).ToArray();
            var back = rows.Select(row => LogCase.Append(row, "back")).ToArray();
            var forthFates = Task.WhenAll(forth.Select(logs[0].Append));
            var backFates = Task.WhenAll(Enumerable.Reverse(back).Select(logs[1].Append));
            for (var i = 0; i < rows.Length; i++)
            {
                AppendStatus[] pair = [(await forthFates)[i].Status, (await backFates)[^(i + 1)].Status];
                Assert.Equal([AppendStatus.Stored, AppendStatus.Fenced], pair.Order());
                rows[i] = (pair[0] == AppendStatus.Stored ? forth : back)[i].Row;
            }
        }
    }

    /// <summary>What a conversation grain does, without one: decide on what is stored, step aside, repeat the id.</summary>
    private static async Task<List<(ConversationId Conversation, Message Stored)>> Write(
        IConversationLog log, ConversationId[] conversations, int writer)
    {
        var acknowledged = new List<(ConversationId, Message)>();
        for (var i = 0; i < MessagesPerWriter; i++)
        {
            var id = conversations[(writer + i) % conversations.Length];
            var clientId = Guid.NewGuid();
            while (true)
            {
                var row = await log.Load(id) ?? LogCase.Empty(id);
                var message = LogCase.Message(row, 1, $"{writer}/{i}", clientId);
                var outcome = await log.Append(LogCase.Append(row, message));
                if (outcome.Status is AppendStatus.Stored or AppendStatus.Duplicate)
                {
                    acknowledged.Add((id, outcome.Status == AppendStatus.Stored ? message : outcome.Existing.Single()));
                    break;
                }

                Assert.True(outcome.Status is AppendStatus.Fenced or AppendStatus.Unknown, outcome.Status.ToString());
            }
        }

        return acknowledged;
    }
}
