using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Grains.Tests.Storage;

/// <summary>The contract of <see cref="IConversationLog"/>, the same on every database.</summary>
public sealed class ConversationLogTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task Stored_append_comes_back_whole(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = LogCase.Empty(LogCase.Conversation());
        var card = LogCase.Message(row, 1, "¿Está disponible? 💡 مرحبا") with { Product = LogCase.Lamp };
        var request = LogCase.Append(row, card, LogCase.Message(row, 2, "second", byStore: true));
        request = request with
        {
            Row = request.Row with { WaitingSince = LogCase.Start, Buyer = new MemberMarks(2, 1, 1), Store = new MemberMarks(1, 1, 0) },
        };

        await log.Stored(request);

        var other = database.OpenLog();
        Assert.Equal(request.Row, await other.Load(row.Id));
        Assert.Equal(request.Messages, await other.ReadBefore(row.Id, long.MaxValue, 10));
        Assert.Equal(card, await other.Find(row.Id, card.Sender, card.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_does_not_exist_is_null_or_empty(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var id = LogCase.Conversation();

        Assert.Null(await log.Load(id));
        Assert.Null(await log.Find(id, PrincipalId.Of(id.Buyer), Guid.NewGuid()));
        Assert.Empty(await log.ReadBefore(id, long.MaxValue, 10));
        Assert.Empty(await log.ReadChanges(id, 0, 10));
        Assert.Equal(0, await log.CountUnread(id, PrincipalId.Of(id.Buyer), 0));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Append_without_messages_moves_only_the_row(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = await log.Fill(LogCase.Conversation(), 3);
        var marks = LogCase.Append(row, Array.Empty<Message>());
        marks = marks with { Row = marks.Row with { Store = new MemberMarks(3, 3, 0) } };

        await log.Stored(marks);

        Assert.Equal(marks.Row, await log.Load(row.Id));
        Assert.Equal(3, (await log.ReadBefore(row.Id, long.MaxValue, 10)).Count);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Append_on_a_stale_version_is_fenced_and_stores_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var first = await log.Fill(LogCase.Conversation(), 1);
        await log.Stored(LogCase.Append(first, "second"));

        var stale = await log.Append(LogCase.Append(first, "another second"));
        var again = await log.Append(LogCase.Append(LogCase.Empty(first.Id), "another first"));
        var never = await log.Append(LogCase.Append(first with { Id = LogCase.Conversation("nobody") }, "no beginning"));

        Assert.Equal([AppendStatus.Fenced, AppendStatus.Fenced, AppendStatus.Fenced], [stale.Status, again.Status, never.Status]);
        Assert.Equal(["message 1", "second"], (await log.ReadBefore(first.Id, long.MaxValue, 10)).Select(message => message.Body));
        Assert.Null(await log.Load(LogCase.Conversation("nobody")));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Stale_marks_are_fenced_though_no_message_came_between(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = await log.Fill(LogCase.Conversation(), 3);
        var marks = LogCase.Append(row, Array.Empty<Message>());
        var newer = marks with { Row = marks.Row with { Store = new MemberMarks(3, 3, 0) } };
        await log.Stored(newer);

        var stale = await log.Append(marks);

        Assert.Equal(AppendStatus.Fenced, stale.Status);
        Assert.Equal(newer.Row, await log.Load(row.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Right_version_with_a_wrong_head_is_fenced(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = await log.Fill(LogCase.Conversation(), 2);

        var gap = await log.Append(LogCase.Append(row with { Head = 5, Change = 5 }, "sixth"));

        Assert.Equal(AppendStatus.Fenced, gap.Status);
        Assert.Equal(2, (await log.Load(row.Id))!.Head);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Duplicate_id_refuses_the_whole_request_and_brings_the_stored_message(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var empty = LogCase.Empty(LogCase.Conversation());
        var original = LogCase.Message(empty, 1, "original");
        var row = await log.Stored(LogCase.Append(empty, original));

        var outcome = await log.Append(LogCase.Append(
            row, LogCase.Message(row, 1, "fresh"), LogCase.Message(row, 2, "other body", original.Id)));
        var stale = await log.Append(LogCase.Append(empty, LogCase.Message(empty, 1, "from the start", original.Id)));

        Assert.Equal(AppendStatus.Duplicate, outcome.Status);
        Assert.Equal([original], outcome.Existing);
        Assert.Equal(AppendStatus.Duplicate, stale.Status);
        Assert.Equal([original], await log.ReadBefore(row.Id, long.MaxValue, 10));
        Assert.Equal(row, await log.Load(row.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Same_id_of_another_sender_or_conversation_is_no_duplicate(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var id = Guid.NewGuid();
        var anna = LogCase.Empty(LogCase.Conversation("anna"));
        var ben = LogCase.Empty(LogCase.Conversation("ben"));

        var row = await log.Stored(LogCase.Append(anna, LogCase.Message(anna, 1, "a", id)));
        await log.Stored(LogCase.Append(row, LogCase.Message(row, 1, "b", id, byStore: true)));
        await log.Stored(LogCase.Append(ben, LogCase.Message(ben, 1, "c", id)));

        Assert.Equal("c", (await log.Find(ben.Id, ben.BuyerPrincipal, id))!.Body);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Of_two_writers_racing_for_one_version_exactly_one_wins(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        IConversationLog[] logs = [database.OpenLog(), database.OpenLog()];
        for (var round = 0; round < 40; round++)
        {
            var row = LogCase.Empty(LogCase.Conversation("buyer" + round));
            for (var step = 0; step < 2; step++)
            {
                var requests = logs.Select((_, i) => LogCase.Append(row, $"of {i}")).ToArray();
                var outcomes = await Task.WhenAll(logs.Zip(requests, (log, request) => log.Append(request)));

                var winner = Array.FindIndex(outcomes, outcome => outcome.Status == AppendStatus.Stored);
                Assert.Equal(AppendStatus.Fenced, outcomes[1 - winner].Status);
                row = requests[winner].Row;
                Assert.Equal(row, await logs[0].Load(row.Id));
                Assert.Equal($"of {winner}", (await logs[1].ReadBefore(row.Id, long.MaxValue, 1))[0].Body);
            }
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Versions_asked_for_by_many_at_once_are_each_their_own_and_those_of_now(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        IConversationLog[] logs = [database.OpenLog(), database.OpenLog()];
        var rows = await Task.WhenAll(Enumerable.Range(0, 300).Select(number => logs[0].Stored(LogCase.Append(LogCase.Empty(LogCase.Conversation("buyer" + number)), "hello"))));
        rows = await Task.WhenAll(rows.Select(row => row.Id.Buyer.Value.EndsWith('7') ? logs[0].Stored(LogCase.Append(row, "again")) : Task.FromResult(row)));

        var asked = rows.Append(LogCase.Empty(LogCase.Conversation("nobody"))).SelectMany(row => (ConversationRow[])[row, row]).ToArray();
        var versions = await Task.WhenAll(asked.Select(row => logs[1].VersionOf(row.Id)));

        Assert.Equal(asked.Select(row => row.Version), versions);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Two_requests_of_one_conversation_in_one_batch_are_decided_one_after_the_other(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = LogCase.Empty(LogCase.Conversation());
        var first = LogCase.Append(row, "first");

        // Queued in one go: they wait together for the writer.
        var rival = log.Append(first);
        var refused = log.Append(LogCase.Append(row, "rival"));
        var next = log.Append(LogCase.Append(first.Row, "second"));

        Assert.Equal(
            [AppendStatus.Stored, AppendStatus.Fenced, AppendStatus.Stored],
            (await Task.WhenAll(rival, refused, next)).Select(outcome => outcome.Status));
        Assert.Equal(["first", "second"], (await log.ReadBefore(row.Id, long.MaxValue, 10)).Select(message => message.Body));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Bad_row_fails_alone(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var requests = Enumerable.Range(0, 100)
            .Select(i => LogCase.Append(LogCase.Empty(LogCase.Conversation("buyer" + i)), i == 37 ? "nul \0 inside" : "fine"))
            .ToArray();

        var outcomes = await Task.WhenAll(requests.Select(log.Append));

        Assert.Equal(AppendStatus.Rejected, outcomes[37].Status);
        Assert.Equal(99, outcomes.Count(outcome => outcome.Status == AppendStatus.Stored));
        Assert.Null(await log.Load(requests[37].Row.Id));
        await log.Stored(LogCase.Append(LogCase.Empty(requests[37].Row.Id), "now it works"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Lone_surrogate_and_unsound_steps_are_rejected(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = LogCase.Empty(LogCase.Conversation());
        var twice = Guid.NewGuid();
        AppendRequest[] unsound =
        [
            LogCase.Append(row, "half \ud83d only"),
            LogCase.Append(row, "\udca1"),
            LogCase.Append(row, LogCase.Message(row, 2, "a gap")),
            LogCase.Append(row, LogCase.Message(row, 1, "a", twice), LogCase.Message(row, 2, "b", twice)),
            LogCase.Append(row, "the version does not move") with { Row = row with { Head = 1, Change = 1 } },
        ];

        foreach (var request in unsound)
        {
            Assert.Equal(AppendStatus.Rejected, (await log.Append(request)).Status);
        }

        Assert.Null(await log.Load(row.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Changes_are_those_after_the_position_and_of_more_the_newest(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = await log.Fill(LogCase.Conversation(), 20);

        Assert.Equal([18, 19, 20], (await log.ReadChanges(row.Id, 17, 10)).Select(message => message.Change));
        Assert.Equal([16, 17, 18, 19, 20], (await log.ReadChanges(row.Id, 2, 5)).Select(message => message.Change));
        Assert.Empty(await log.ReadChanges(row.Id, 20, 5));
        Assert.Empty(await log.ReadChanges(row.Id, 99, 5));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Pages_of_history_are_ascending_and_end_before_the_given_seq(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = await log.Fill(LogCase.Conversation(), 20);

        Assert.Equal([18, 19, 20], (await log.ReadBefore(row.Id, long.MaxValue, 3)).Select(message => message.Seq));
        Assert.Equal([7, 8, 9], (await log.ReadBefore(row.Id, 10, 3)).Select(message => message.Seq));
        Assert.Equal([1, 2], (await log.ReadBefore(row.Id, 3, 100)).Select(message => message.Seq));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Unread_counts_messages_of_others_after_a_seq(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var row = await log.Fill(LogCase.Conversation(), 5);
        row = await log.Stored(LogCase.Append(
            row, LogCase.Message(row, 1, "a", byStore: true), LogCase.Message(row, 2, "b"), LogCase.Message(row, 3, "c", byStore: true)));

        Assert.Equal(6, await log.CountUnread(row.Id, row.StorePrincipal, 0));
        Assert.Equal(2, await log.CountUnread(row.Id, row.BuyerPrincipal, 0));
        Assert.Equal(1, await log.CountUnread(row.Id, row.BuyerPrincipal, 6));
        Assert.Equal(0, await log.CountUnread(row.Id, row.BuyerPrincipal, 8));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Closing_the_log_writes_what_waits_and_refuses_what_comes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var waiting = Enumerable.Range(0, 2_000)
            .Select(i => log.Append(LogCase.Append(LogCase.Empty(LogCase.Conversation("buyer" + i)), "waits")))
            .ToArray();

        await log.DisposeAsync();

        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(AppendStatus.Stored, outcome.Status));
        var late = await log.Append(LogCase.Append(LogCase.Empty(LogCase.Conversation()), "late"));
        Assert.Equal(AppendStatus.Busy, late.Status);
    }
}
