using System.Diagnostics;
using System.Text.Json.Nodes;
using Chat.Grains.Shared;
using Chat.WebFront.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Chat.WebFront.Tests;

/// <summary>A database that takes nothing for a while: who cannot be served is told so at once, and nothing is lost or doubled.</summary>
public sealed class StandstillTests
{
    [Fact]
    public async Task Sends_are_refused_at_once_while_nothing_can_be_stored_and_resends_arrive_exactly_once()
    {
        using var data = new Data();
        await using var front = await Front.Start(data);
        var seller = await front.Register("bert");
        var store = await front.Open("shop", seller.Id);
        var (anna, carl) = (await Enter("anna"), await Enter("carl"));
        await Ok(anna, "before");
        await Ok(carl, "before");

        await using var holder = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = data.File, Pooling = false }.ConnectionString);
        await holder.OpenAsync();
        await Execute(holder, "BEGIN IMMEDIATE");
        var (first, firstBody) = (Guid.CreateVersion7(), "waits for the database");
        var waiting = anna.Client.Call("send", new { conversation = anna.Conversation, id = first, body = firstBody });
        await Task.Delay(Limits.WriteWaitMax + TimeSpan.FromMilliseconds(200));

        // The same conversation, and another that only meets the queue of the log.
        var (again, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await RefusedAtOnce(anna, again);
        await RefusedAtOnce(carl, other);
        await Execute(holder, "ROLLBACK");

        Assert.True((await waiting)["ok"]!.GetValue<bool>());
        await Until(() => Send(anna, again, "refused before"));
        await Until(() => Send(carl, other, "refused before"));
        Assert.True((await Send(anna, again, "refused before"))["duplicate"]!.GetValue<bool>());
        Assert.Equal(["before", firstBody, "refused before"], await Bodies(anna));
        Assert.Equal(["before", "refused before"], await Bodies(carl));

        async Task<(HubClient Client, string Conversation)> Enter(string name)
        {
            var person = await front.Register(name);
            return (await HubClient.Enter(front.Address, person.Token), ConversationId.Between(person.Id, store).Value);
        }
    }

    private static async Task RefusedAtOnce((HubClient Client, string Conversation) who, Guid id)
    {
        var watch = Stopwatch.StartNew();
        var error = (await Send(who, id, "refused before"))["error"]!;
        Assert.Equal(1007, error["code"]!.GetValue<int>());
        Assert.InRange(error["retryAfterMs"]!.GetValue<int>(), 1, 5_000);
        Assert.True(watch.Elapsed < Limits.WriteWaitMax / 2, $"It took {watch.Elapsed}.");
    }

    private static Task<JsonObject> Send((HubClient Client, string Conversation) who, Guid id, string body) =>
        who.Client.Call("send", new { conversation = who.Conversation, id, body });

    private static async Task Ok((HubClient Client, string Conversation) who, string body) =>
        Assert.True((await Send(who, Guid.CreateVersion7(), body))["ok"]!.GetValue<bool>());

    private static Task Until(Func<Task<JsonObject>> send) => Eventually.True(async () => (await send())["ok"]!.GetValue<bool>());

    private static async Task<string[]> Bodies((HubClient Client, string Conversation) who) =>
        [.. (await who.Client.Ok("history", new { conversation = who.Conversation }))["messages"]!.AsArray().Select(message => message!["body"]!.GetValue<string>())];

    private static async Task Execute(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
