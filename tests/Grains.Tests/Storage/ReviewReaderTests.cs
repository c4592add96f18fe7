using System.Text.Json;
using Chat.Grains.Orders;
using Chat.Grains.Reviews;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.StoreRatings;
using Chat.Grains.Tests.Conversations;
using Chat.Grains.Tests.Reviews;

namespace Chat.Grains.Tests.Storage;

/// <summary>Lists of reviews, the queue of moderators and who is to be woken, read from the rows of state, on both databases.</summary>
public sealed class ReviewReaderTests
{
    private static readonly ReviewViewer Public = new(null, []);
    private static readonly ReviewsOfProduct Teapot = new(Given.Teapot.Id);
    private static readonly ReviewsOfStore Shop = new(Given.Shop);

    [Theory, OnSqlite, OnPostgres]
    public async Task Product_list_is_newest_first_page_by_page_and_by_stars(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        for (var day = 1; day <= 7; day++)
        {
            await Store(database, $"n{day}", Given.Noon.AddDays(day / 2), ReviewSituation.StarsAlone, stars: 1 + (day % 2));
        }

        await Store(database, "other", Given.Noon, ReviewSituation.StarsAlone, product: "cup");
        var reader = new SqlReviewReader(database.Open());
        var all = await Pages(reader, Teapot, null, 2);
        Assert.Equal(7, all.DistinctBy(review => review.Name).Count());
        Assert.Equal(all.OrderByDescending(review => review.At).ThenByDescending(review => review.Name, StringComparer.Ordinal), all);
        Assert.Equal(4, (await Pages(reader, Teapot, 2, 3)).Count(review => review.Stars == 2));
        Assert.Equal(3, (await Pages(reader, Teapot, 1, 3)).Count);
        Assert.Equal(8, (await Pages(reader, Shop, null, 50)).Count);
        Assert.Empty(await Pages(reader, new ReviewsOfProduct(new ProductId("none")), null, 50));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Stars_of_all_reviews_count_and_only_their_words_wait(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await Store(database, "public", Given.Noon, ReviewSituation.TextPublic, 5);
        await Store(database, "held", Given.Noon.AddDays(1), ReviewSituation.TextHeld, 1);
        await Store(database, "rejected", Given.Noon.AddDays(2), ReviewSituation.TextRejected, 1);
        await Store(database, "follow-up", Given.Noon.AddDays(3), ReviewSituation.FollowUpHeld, 3);
        var reader = new SqlReviewReader(database.Open());
        Assert.Equal(new StarCounts(2, 0, 1, 0, 1), await reader.Stars(Teapot));
        Assert.Equal(new StarCounts(2, 0, 1, 0, 1), await reader.Stars(Shop));
        Assert.Equal(default, await reader.Stars(new ReviewsOfProduct(new ProductId("none"))));
        var page = (await reader.Page(Teapot, null, Public, null, 50)).Reviews;
        Assert.Equal([(3, true), (1, false), (1, false), (5, true)], page.Select(review => (review.Stars, review.Text is not null)));
        Assert.Null(page[0].FollowUp);
        Assert.All(page, review => Assert.Null(review.Id));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Parties_see_their_own_words_and_the_order_in_lists(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await Store(database, "one", Given.Noon, ReviewSituation.TextHeld, 1);
        var reader = new SqlReviewReader(database.Open());
        var mine = Assert.Single((await reader.Page(Teapot, null, new ReviewViewer(Given.Anna, []), null, 5)).Reviews);
        Assert.Equal((true, WordsState.Held, "one~1"), (mine.Mine, mine.Text!.State, mine.Id!.Value.Value));
        var sold = Assert.Single((await reader.Page(Shop, null, new ReviewViewer(Given.Elena, [Given.Shop]), null, 5)).Reviews);
        Assert.Equal((false, null, "one~1"), (sold.Mine, sold.Text, sold.Id!.Value.Value));
        var elsewhere = Assert.Single((await reader.Page(Shop, null, new ReviewViewer(Given.Elena, [new StoreId("other")]), null, 5)).Reviews);
        Assert.Null(elsewhere.Id);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Unanswered_are_those_without_a_reply_that_stands_or_waits(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await Store(database, "none", Given.Noon, ReviewSituation.TextPublic, 5);
        await Store(database, "held", Given.Noon.AddDays(1), ReviewSituation.ReplyHeld, 5);
        await Store(database, "rejected", Given.Noon.AddDays(2), ReviewSituation.ReplyRejected, 5);
        await Store(database, "public", Given.Noon.AddDays(3), ReviewSituation.ReplyPublic, 5);
        var reader = new SqlReviewReader(database.Open());
        var agent = new ReviewViewer(Given.Elena, [Given.Shop]);
        var missing = await reader.Page(new ReviewsOfStore(Given.Shop, ReviewAnswers.Missing), null, agent, null, 50);
        Assert.Equal(["rejected~1", "none~1"], missing.Reviews.Select(review => review.Id!.Value.Value));
        Assert.Empty((await reader.Page(new ReviewsOfStore(Given.Shop, ReviewAnswers.Missing), 1, agent, null, 50)).Reviews);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Queue_holds_each_held_part_oldest_first_page_by_page(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        for (var day = 1; day <= 5; day++)
        {
            await Store(database, $"text{day}", Given.Noon.AddDays(day), ReviewSituation.TextHeld, 1);
            await Store(database, $"reply{day}", Given.Noon.AddDays(day), ReviewSituation.ReplyHeld, 1);
            await Store(database, $"follow{day}", Given.Noon.AddDays(day), ReviewSituation.FollowUpHeld, 1);
            await Store(database, $"public{day}", Given.Noon.AddDays(day), ReviewSituation.ReplyAgain, 1);
        }

        await Store(database, "all", Given.Noon, ReviewSituation.TextHeld, 1, state => state with { FollowUp = state.Text, Replies = [state.Text!] });
        var reader = new SqlReviewReader(database.Open());
        foreach (var size in (int[])[1, 2, 3, 7, 50])
        {
            var found = new List<HeldView>();
            HeldCursor? next = null;
            do
            {
                var page = await reader.Held(next, size);
                Assert.True(page.Items.Count <= size);
                found.AddRange(page.Items);
                next = page.Next;
            }
            while (next is not null);

            Assert.Equal(18, found.DistinctBy(held => (held.Review, held.Part)).Count());
            Assert.Equal(18, found.Count);
            Assert.Equal(found.OrderBy(held => held.At), found);
            Assert.Equal([ReviewPart.Text, ReviewPart.FollowUp, ReviewPart.Reply], found.Take(3).Select(held => held.Part));
            Assert.All(found, held => Assert.Equal(WordsState.Held, held.State));
        }

        Assert.Equal(18, await reader.CountHeld());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Sleeping_grains_are_those_whose_outbox_waits_too_long(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await Store(database, "told", Given.Noon, ReviewSituation.StarsAlone, 5, state => state with { RatingWaits = false });
        for (var number = 0; number < 9; number++)
        {
            await Store(database, $"n{number}", Given.Noon.AddSeconds(number), ReviewSituation.StarsAlone, 5);
        }

        var reader = new SqlWakeReader(database.Open());
        var all = new ShardRange(0, Limits.DeadlineShardsMax - 1);
        var found = new List<SleepingGrain>();
        IReadOnlyList<SleepingGrain> page;
        do
        {
            page = await reader.Asleep(Given.Noon.AddHours(1), 4, all, found.LastOrDefault());
            found.AddRange(page);
        }
        while (page.Count == 4);

        Assert.Equal(Enumerable.Range(0, 9).Select(number => $"v:n{number}~1"), found.Select(sleeper => sleeper.Key));
        Assert.All(found, sleeper => Assert.Equal("review", sleeper.State));
        Assert.Empty(await reader.Asleep(Given.Noon.AddSeconds(10).AddMilliseconds(-1), 10, all, null));
        Assert.Single(await reader.Asleep(Given.Noon.AddSeconds(10), 10, all, null));
        var shares = await Task.WhenAll(Enumerable.Range(0, Limits.DeadlineSweepers).Select(sweeper => reader.Asleep(Given.Noon.AddHours(1), 100, ShardRange.Of(sweeper), null)));
        Assert.Equal(9, shares.Sum(share => share.Count));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Every_list_goes_by_its_index(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Create(kind);
        await Multiply(database, 20_000);
        var missing = new ReviewsOfStore(Given.Shop, ReviewAnswers.Missing);
        (string, object)[] page = [("who", "p1"), ("stars", 1L), ("at", 1_800_000_000_000L), ("name", "x"), ("limit", 11L)];
        await Check("review_of_product", SqlReviewReader.PageSql(Teapot, false, false), page);
        await Check("review_of_product", SqlReviewReader.PageSql(Teapot, false, true), page);
        await Check("review_of_product_with", SqlReviewReader.PageSql(Teapot, true, true), page);
        await Check("review_of_store", SqlReviewReader.PageSql(Shop, false, true), page);
        await Check("review_of_store_with", SqlReviewReader.PageSql(Shop, true, true), page);
        await Check("review_to_answer", SqlReviewReader.PageSql(missing, false, true), page);
        await Check("review_", SqlReviewReader.PageSql(missing, true, true), page);
        foreach (var part in (ReviewPart?[])[null, ReviewPart.Text, ReviewPart.Reply])
        {
            var queue = await Plan(database, SqlReviewReader.HeldSql(part), page);
            Assert.All((string[])["held_text", "held_follow_up", "held_reply"], index => Assert.Contains(index, queue));
            Assert.DoesNotContain("Seq Scan on grain_state", queue);
            Assert.DoesNotContain("SCAN grain_state", queue);
        }

        var count = await Plan(database, SqlReviewReader.CountHeldSql, ("limit", 999L));
        Assert.DoesNotContain("Seq Scan", count);
        Assert.DoesNotContain("SCAN grain_state", count.Replace("SCAN grain_state USING COVERING INDEX held", "", StringComparison.Ordinal));
        await Check("wake", SqlWakeReader.AsleepSql(false), ("now", 1L), ("first", 0L), ("last", 15L), ("limit", 256L));
        await Check("wake", SqlWakeReader.AsleepSql(true), ("now", 1L), ("first", 0L), ("last", 15L), ("limit", 256L), ("at", 1L), ("key", "v:1"));
        var stars = await Plan(database, SqlReviewReader.StarsSql(Teapot), ("who", "p1"));
        Assert.Contains("review_of_product_with", stars);

        async Task Check(string index, string sql, params (string, object)[] parameters)
        {
            var plan = await Plan(database, sql, parameters);
            Assert.Contains(index, plan);
            Assert.DoesNotContain("Seq Scan", plan);
            Assert.DoesNotContain("SCAN", plan);
            Assert.DoesNotContain("TEMP B-TREE", plan);
            Assert.DoesNotContain("Sort", plan);
        }
    }

    private static async Task<List<ReviewView>> Pages(SqlReviewReader reader, ReviewSubject subject, int? stars, int size)
    {
        var found = new List<ReviewView>();
        ReviewCursor? next = null;
        do
        {
            var page = await reader.Page(subject, stars, Public, next, size);
            Assert.True(page.Reviews.Count <= size);
            found.AddRange(page.Reviews);
            next = page.Next;
        }
        while (next is not null);

        return found;
    }

    /// <summary>A review as the host writes it.</summary>
    private static async Task Store(
        TestDatabase database,
        string order,
        DateTimeOffset at,
        ReviewSituation situation,
        int stars = 5,
        Func<ReviewState, ReviewState>? change = null,
        string product = "teapot")
    {
        var state = GivenReview.In(situation);
        var moved = at - Given.Noon;
        state = state with
        {
            Id = ReviewId.Of(new OrderId(order), 1),
            At = at,
            Stars = stars,
            Product = Given.Teapot with { Id = new ProductId(product) },
            Text = Move(state.Text),
            FollowUp = Move(state.FollowUp),
            Replies = [.. state.Replies.Select(words => Move(words)!)],
        };
        state = change?.Invoke(state) ?? state;
        await database.Query(
            Insert(database, "@key", "@payload"), static _ => 0, ("key", "v:" + state.Id), ("payload", JsonSerializer.Serialize(state, StateStorage.Json)));

        ReviewWords? Move(ReviewWords? words) => words is null ? null : words with { At = words.At + moved };
    }

    /// <summary>Many rows of many products and stores, every fourth with words that wait, in one statement.</summary>
    private static async Task Multiply(TestDatabase database, int count)
    {
        var payload = JsonSerializer.Serialize(GivenReview.In(ReviewSituation.StarsAlone), StateStorage.Json);
        var sql = database.Kind == DatabaseKind.Sqlite
            ? $"""
              WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
              {Insert(database, "'v:' || i || '~1'", "json_set(@payload, '$.at', i * 1000, '$.name', 'n' || i, '$.productId', 'p' || i % 50, '$.store', 's' || i % 20, '$.stars', i % 5 + 1, '$.wake.at', i * 1000, '$.held.text', CASE i % 4 WHEN 0 THEN i END)", "FROM n")}
              """
            : Insert(
                database,
                "'v:' || i || '~1'",
                """
                @payload::jsonb || jsonb_build_object('at', i * 1000, 'name', 'n' || i, 'productId', 'p' || i % 50, 'store', 's' || i % 20, 'stars', i % 5 + 1,
                    'wake', jsonb_build_object('at', i * 1000, 'shard', i % 64), 'held', jsonb_build_object('text', CASE i % 4 WHEN 0 THEN i END))
                """,
                $"FROM generate_series(1::bigint, {count}) i") + "; ANALYZE grain_state";
        await database.Query(sql, static _ => 0, ("payload", payload));
    }

    private static string Insert(TestDatabase database, string key, string payload, string from = "")
    {
        var cast = database.Kind == DatabaseKind.Postgres ? "::jsonb" : "";
        return $"""
            INSERT INTO grain_state (service_id, state_name, key_n0, key_n1, key_text, payload, version)
            SELECT 'default', 'review', 0, 0, {key}, ({payload}){cast}, 1 {from}
            """;
    }

    private static async Task<string> Plan(TestDatabase database, string sql, params (string, object)[] parameters)
    {
        var explain = database.Kind == DatabaseKind.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ";
        var used = parameters.Where(parameter => sql.Contains("@" + parameter.Item1, StringComparison.Ordinal)).ToArray();
        var lines = await database.Query(explain + sql, row => database.Kind == DatabaseKind.Sqlite ? row.GetString(3) : row.GetString(0), used);
        return string.Join('\n', lines);
    }
}
