using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;

namespace Chat.Grains.Tests.Storage;

/// <summary>The contract of <see cref="IInboxReader"/>, the same on every database.</summary>
public sealed class InboxReaderTests
{
    private static readonly PrincipalId Casa = PrincipalId.Of(new StoreId("casa"));

    [Theory, OnSqlite, OnPostgres]
    public async Task Pages_are_newest_first_without_gap_or_repeat_also_among_ties(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();

        // Three days, and four conversations at each moment.
        var rows = Enumerable.Range(0, 60)
            .Select(i => At(LogCase.Conversation($"buyer{i:00}"), LogCase.Start.AddHours(i / 4 * 5)))
            .ToArray();
        Assert.All(await Task.WhenAll(rows.Select(log.Append)), outcome => Assert.Equal(AppendStatus.Stored, outcome.Status));
        await log.Stored(At(LogCase.Conversation("buyer00", "other"), LogCase.Start));
        var expected = rows.Select(request => request.Row)
            .OrderByDescending(row => row.LastAt)
            .ThenByDescending(row => row.Id.Value, StringComparer.Ordinal)
            .Select(row => row.Id);

        var pages = await ReadAll(database.OpenInbox(), Casa, InboxFilter.All, 7);

        Assert.Equal(expected, pages.SelectMany(page => page).Select(summary => summary.Row.Id));
        Assert.All(pages.SkipLast(1), page => Assert.Equal(7, page.Count));
        Assert.All(pages.SelectMany(page => page), summary => Assert.Equal(summary.Row.Head, summary.Last!.Seq));
        var buyers = await database.OpenInbox().Page(PrincipalId.Of(new UserId("buyer00")), InboxFilter.All, null, 10);
        Assert.Equal(["buyer00~other", "buyer00~casa"], buyers.Conversations.Select(summary => summary.Row.Id.Value));
        Assert.Null(buyers.Next);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Filters_choose_and_totals_add_up(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        for (var i = 0; i < 12; i++)
        {
            var request = At(LogCase.Conversation($"buyer{i:00}"), LogCase.Start.AddMinutes(i));
            await log.Stored(request with
            {
                Row = request.Row with
                {
                    Store = new MemberMarks(Unread: i % 3),
                    WaitingSince = i % 2 == 0 ? LogCase.Start : null,
                },
            });
        }

        var inbox = database.OpenInbox();

        Assert.Equal([11, 10, 8, 7, 5, 4, 2, 1], Numbers(await ReadAll(inbox, Casa, InboxFilter.Unread, 3)));
        Assert.Equal([10, 8, 6, 4, 2, 0], Numbers(await ReadAll(inbox, Casa, InboxFilter.NeedsReply, 4)));
        Assert.Equal(new UnreadTotals(12, 8), await inbox.Totals(Casa));
        Assert.Equal(new UnreadTotals(0, 0), await inbox.Totals(PrincipalId.Of(new UserId("nobody"))));
        Assert.Empty((await inbox.Page(PrincipalId.Of(new UserId("nobody")), InboxFilter.All, null, 5)).Conversations);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Reply_figures_count_the_answered_and_those_left_waiting_too_long(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        var log = database.OpenLog();
        var now = LogCase.Start.AddDays(100);
        var store = new StoreId("casa");
        double[] hours = [1, 2, 4, 30];
        for (var i = 0; i < hours.Length; i++)
        {
            await Answered("buyer" + i, now.AddDays(-3), hours[i]);
        }

        await Answered("old", now.AddDays(-40), 1);
        await Waiting("forgotten", now.AddDays(-2));
        await Waiting("recent", now.AddHours(-3));
        await Waiting("ancient", now.AddDays(-35));

        var stats = await database.OpenInbox().Replies(store, now.AddDays(-30), now.AddHours(-24), TimeSpan.FromHours(24));
        var none = await database.OpenInbox().Replies(new StoreId("other"), now.AddDays(-30), now.AddHours(-24), TimeSpan.FromHours(24));

        Assert.Equal(new ReplyStats(5, 3, TimeSpan.FromHours(3)), stats);
        Assert.Equal(new ReplyStats(0, 0, null), none);

        async Task Answered(string buyer, DateTimeOffset asked, double after)
        {
            var answer = At(LogCase.Conversation(buyer), asked.AddHours(after));
            await log.Stored(answer with { Replies = [new ReplyRecord(asked, asked.AddHours(after), 1)] });
        }

        async Task Waiting(string buyer, DateTimeOffset since)
        {
            var question = At(LogCase.Conversation(buyer), since);
            await log.Stored(question with { Row = question.Row with { WaitingSince = since } });
        }
    }

    private static AppendRequest At(ConversationId id, DateTimeOffset time)
    {
        var row = LogCase.Empty(id);
        return LogCase.Append(row, LogCase.Message(row, 1, "hello") with { SentAt = time });
    }

    private static IEnumerable<int> Numbers(IEnumerable<IReadOnlyList<ConversationSummary>> pages) =>
        pages.SelectMany(page => page).Select(summary => int.Parse(summary.Row.Id.Buyer.Value[5..], System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<List<IReadOnlyList<ConversationSummary>>> ReadAll(
        IInboxReader inbox, PrincipalId principal, InboxFilter filter, int limit)
    {
        var pages = new List<IReadOnlyList<ConversationSummary>>();
        InboxCursor? after = null;
        do
        {
            var page = await inbox.Page(principal, filter, after, limit);
            pages.Add(page.Conversations);
            after = page.Next;
        }
        while (after is not null);
        return pages;
    }
}
