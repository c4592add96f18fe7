using Chat.Grains.Conversations;
using Chat.Grains.Storage;

namespace Chat.Grains.Tests.Storage;

/// <summary>What becomes of each append of one transaction, whatever the others are.</summary>
public sealed class LogBatchTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Each_append_of_a_batch_has_its_own_fate(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var rows = new List<ConversationRow>();
        foreach (var buyer in (string[])["dora", "anna", "carl", "ben"])
        {
            rows.Add(await log.Fill(LogCase.Conversation(buyer), 2));
        }

        var old = (await log.ReadBefore(rows[1].Id, long.MaxValue, 10))[0];
        AppendRequest[] requests =
        [
            LogCase.Append(rows[0], "new"),
            LogCase.Append(rows[1], LogCase.Message(rows[1], 1, "again", old.Id)),
            LogCase.Append(rows[2] with { Version = rows[2].Version + 7 }, "decided on another version"),
            LogCase.Append(rows[3], Array.Empty<Message>()),
        ];
        AppendStatus[] fates = [AppendStatus.Stored, AppendStatus.Duplicate, AppendStatus.Fenced, AppendStatus.Stored];
        await using var writer = database.Open().Engine.CreateWriter();

        Assert.Equal(fates, await writer.Commit(requests));

        Assert.Equal(requests[0].Row, await log.Load(rows[0].Id));
        Assert.Equal(rows[1], await log.Load(rows[1].Id));
        Assert.Equal(rows[2], await log.Load(rows[2].Id));
        Assert.Equal(requests[3].Row, await log.Load(rows[3].Id));
        var counts = await Task.WhenAll(rows.Select(async row => (await log.ReadBefore(row.Id, long.MaxValue, 10)).Count));
        Assert.Equal([3, 2, 2, 2], counts);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_did_not_move_among_what_did_is_told_apart_as_repeat_or_fenced(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var empty = LogCase.Empty(LogCase.Conversation("anna"));
        var first = LogCase.Append(empty, "first");
        var second = LogCase.Append(await log.Stored(first), "second");
        await log.Stored(second);
        var ben = await log.Fill(LogCase.Conversation("ben"), 1);
        var carl = await log.Fill(LogCase.Conversation("carl"), 1);
        await using var writer = database.Open().Engine.CreateWriter();

        var fates = await writer.Commit([second, LogCase.Append(ben with { Version = 9 }, "lost its turn"), LogCase.Append(carl, "new")]);

        Assert.Equal([AppendStatus.Duplicate, AppendStatus.Fenced, AppendStatus.Stored], fates);
    }
}
