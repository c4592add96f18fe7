using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.WebFront.Tests.Support;

namespace Chat.WebFront.Tests;

/// <summary>docs/protocol.md over a real WebSocket: every refusal of a call by its number.</summary>
public sealed class ProtocolTests(FrontFixture fixture) : IClassFixture<FrontFixture>
{
    private const string Id = "0198f2a0-0000-7000-8000-000000000001";

    private static int Code(JsonObject reply)
    {
        Assert.False(reply["ok"]!.GetValue<bool>(), reply.ToJsonString());
        return reply["error"]!["code"]!.GetValue<int>();
    }

    [Theory]
    [InlineData("nothing", "{}", 1002)]
    [InlineData("refuse", "{}", 1002)]
    [InlineData("\u0001refuse", "{}", 1002)]
    [InlineData("SEND", "", 1001)]
    [InlineData("send", "", 1001)]
    [InlineData("send", "{},{}", 1001)]
    [InlineData("send", "[]", 1001)]
    [InlineData("send", "3", 1001)]
    [InlineData("send", "null", 1001)]
    public async Task Calls_SignalR_refuses_come_back_as_error_objects_in_text(string method, string arguments, int code)
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        var completion = await client.Invoke(method, arguments);

        var error = JsonNode.Parse(completion["error"]!.GetValue<string>())!;
        Assert.Equal(code, error["code"]!.GetValue<int>());
        Assert.False(error["temporary"]!.GetValue<bool>());
        Assert.Null(completion["result"]);
    }

    [Theory]
    [InlineData("inbox", "filter", "unread", true)]
    [InlineData("INBOX", "filter", "unread", true)]
    [InlineData("inBox", "filter", "Unread", false)]
    public async Task The_case_of_a_methods_name_does_not_matter_that_of_a_value_does(string method, string field, string value, bool ok)
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        var reply = await client.Call(method, new Dictionary<string, string> { [field] = value });

        Assert.Equal(ok, reply["ok"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Stream_invocations_are_refused_and_the_connection_lives()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        await client.SendRaw("""{"type":4,"invocationId":"s1","target":"send","arguments":[{}]}""");

        await client.Ok("inbox", new { });
    }

    public static TheoryData<string, string, int> Refusals() => new()
    {
        { "hello", """{"device":"0198f2a0-0000-7000-8000-000000000001","active":true}""", 1001 },
        { "hello", """{"protocol":2,"device":"0198f2a0-0000-7000-8000-000000000001","active":true}""", 1003 },
        { "hello", """{"protocol":1,"device":"my phone","active":true}""", 1001 },
        { "hello", """{"protocol":1,"device":"0198f2a0-0000-7000-8000-000000000001","active":"yes"}""", 1001 },
        { "hello", """{"protocol":1,"device":"0198f2a0-0000-7000-8000-000000000001","active":true,"probe":1}""", 1001 },
        { "hello", """{"protocol":1,"device":"0198f2a0-0000-7000-8000-000000000001","active":true,"positions":{}}""", 1001 },
        { "hello", """{"protocol":1,"device":"0198f2a0-0000-7000-8000-000000000001","active":true,"positions":[{"conversation":"CONV","change":-1}]}""", 3008 },
        { "contact", """{}""", 1001 },
        { "contact", """{"store":5}""", 1001 },
        { "contact", """{"store":"no-such-store"}""", 3009 },
        { "contact", """{"store":"Not An Id"}""", 3009 },
        { "contact", """{"store":"STORE","product":"no-such-product"}""", 3010 },
        { "send", """{"conversation":"CONV","id":"ID"}""", 1001 },
        { "send", """{"conversation":"CONV","id":"ID","body":7}""", 1001 },
        { "send", """{"conversation":"CONV","id":"ID","body":""}""", 3002 },
        { "send", """{"conversation":"CONV","id":"ID","body":" \u2003\n\t"}""", 3002 },
        { "send", """{"conversation":"CONV","id":"ID","body":"a\u0000b"}""", 3004 },
        { "send", """{"conversation":"CONV","id":"ID","body":"a\ud83db"}""", 3004 },
        { "send", """{"conversation":"CONV","id":"ID","body":"\udc00"}""", 3004 },
        { "send", """{"conversation":"\ud800","id":"ID","body":"hello"}""", 1001 },
        { "send", """{"conversation":"CONV","id":"not-a-uuid","body":"hello"}""", 3006 },
        { "send", """{"conversation":"CONV","id":"0198F2A0-0000-7000-8000-000000000001","body":"hello"}""", 3006 },
        { "send", """{"conversation":"CONV","id":5,"body":"hello"}""", 1001 },
        { "send", """{"conversation":"nobody~nothing","id":"ID","body":"hello"}""", 3001 },
        { "send", """{"conversation":"anything","id":"ID","body":"hello"}""", 3001 },
        { "send", """{"conversation":"CONV","id":"ID","body":"hello","product":"no-such-product"}""", 3010 },
        { "history", """{"conversation":"CONV","limit":0}""", 1001 },
        { "history", """{"conversation":"CONV","limit":101}""", 1001 },
        { "history", """{"conversation":"CONV","limit":1.5}""", 1001 },
        { "history", """{"conversation":"CONV","limit":"10"}""", 1001 },
        { "history", """{"conversation":"CONV","before":-1,"limit":10}""", 3008 },
        { "history", """{"conversation":"CONV","before":99999999999999999,"limit":10}""", 3008 },
        { "history", """{"conversation":"CONV","before":99999999999999999999,"limit":10}""", 1001 },
        { "history", """{"conversation":"nobody~nothing","limit":10}""", 3001 },
        { "resume", """{"positions":{}}""", 1001 },
        { "resume", """{"positions":[1]}""", 1001 },
        { "resume", """{"positions":[{"conversation":"CONV"}]}""", 1001 },
        { "resume", """{"positions":[{"conversation":"CONV","change":-1}]}""", 3008 },
        { "mark", """{"conversation":"CONV","read":1}""", 3008 },
        { "mark", """{"conversation":"CONV","read":-1}""", 3008 },
        { "mark", """{"conversation":"CONV","read":true}""", 1001 },
        { "typing", """{}""", 1001 },
        { "inbox", """{"filter":"some"}""", 1001 },
        { "inbox", """{"filter":"all","limit":51}""", 1001 },
        { "inbox", """{"filter":"all","before":"%%%"}""", 3008 },
        { "inbox", """{"filter":"all","before":"aGVsbG8"}""", 3008 },
        { "inbox", """{"filter":"all","store":"STORE"}""", 3009 },
        { "inbox", """{"filter":"all","store":"no-such-store"}""", 3009 },
        { "watch", """{"stores":"STORE"}""", 1001 },
        { "watch", """{"stores":[5]}""", 1001 },
        { "activity", """{"active":1}""", 1001 },
        { "duty", """{"store":"STORE","onDuty":true}""", 3009 },
        { "duty", """{"store":"no-such-store","onDuty":true}""", 3009 },
        { "duty", """{"store":"STORE"}""", 1001 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_wrong_request_gets_its_number(string method, string argument, int code)
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        var filled = argument.Replace("CONV", pair.Conversation).Replace("STORE", pair.Store.Value).Replace("ID\"", Id + "\"");

        var completion = await client.Invoke(method, filled);

        Assert.Equal(code, Code(completion["result"]!.AsObject()));
    }

    [Fact]
    public async Task Every_method_but_hello_is_refused_before_hello()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Connect(fixture.Front.Address, pair.Buyer.Token);

        foreach (var method in new[] { "contact", "send", "history", "resume", "mark", "typing", "inbox", "watch", "activity", "duty", "here" })
        {
            Assert.Equal(1005, Code(await client.Call(method, new { })));
        }
    }

    [Fact]
    public async Task Unknown_fields_are_ignored_and_null_is_absent()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        var reply = await client.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "hi", product = (string?)null, extra = new { a = 1 } });

        Assert.Equal(1, reply["seq"]!.GetValue<long>());
    }

    [Fact]
    public async Task Lists_over_their_bound_are_4001_with_the_limit()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        var watch = await client.Call("watch", new { stores = Enumerable.Range(0, 101).Select(i => $"s{i}") });
        var resume = await client.Call("resume", new { positions = Enumerable.Range(0, 101).Select(i => new { conversation = $"a~s{i}", change = 0 }) });

        Assert.Equal((4001, 100), (Code(watch), watch["error"]!["limit"]!.GetValue<int>()));
        Assert.Equal((4001, 100), (Code(resume), resume["error"]!["limit"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_text_of_3000_code_points_passes_and_one_more_is_3003()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        var emoji = string.Concat(Enumerable.Repeat("😀", 3_000));

        var longest = await client.Start("send", Send(pair, emoji));
        var longer = await client.Start("send", Send(pair, emoji + "a"));

        Assert.True((await longest)["result"]!["ok"]!.GetValue<bool>());
        var refused = (await longer)["result"]!.AsObject();
        Assert.Equal(3003, Code(refused));
        Assert.Equal(3_000, refused["error"]!["limit"]!.GetValue<int>());

        // Written as it is, without escapes: 12,000 bytes.
        static string Send(Pair pair, string body) =>
            $$"""{"conversation":"{{pair.Conversation}}","id":"{{Guid.CreateVersion7()}}","body":"{{body}}"}""";
    }

    [Fact]
    public async Task A_frame_over_32_KiB_closes_the_connection_and_nobody_elses()
    {
        var pair = await fixture.NewPair();
        await using var other = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        await client.SendRaw(JsonSerializer.Serialize(new { type = 1, target = "send", arguments = new[] { new string('x', 33 * 1024) } }));

        await client.Closed;
        await other.Ok("inbox", new { });
    }

    [Fact]
    public async Task A_frame_over_32_KiB_does_not_disturb_sends_under_way_in_the_same_conversation()
    {
        var pair = await fixture.NewPair();
        await using var offender = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var other = await HubClient.Enter(fixture.Front.Address, pair.Seller.Token);
        await (await offender.Start("send", Send("before")));
        var calls = new List<Task<JsonObject>>();

        for (var i = 1; i <= 20; i++)
        {
            calls.Add(await other.Start("send", Send($"{i}")));
            if (i == 10)
            {
                _ = await offender.Start("send", Send(new string('x', 33 * 1024)));
            }
        }

        await offender.Closed;
        var seqs = (await Task.WhenAll(calls)).Select(reply => reply["result"]!["seq"]!.GetValue<int>()).ToArray();
        Assert.Equal(seqs.Order(), seqs);
        var page = await other.Ok("history", new { conversation = pair.Conversation, limit = 100 });
        Assert.Equal(21, page["messages"]!.AsArray().Count);
        Assert.Equal(21, page["conversation"]!["head"]!.GetValue<int>());

        string Send(string body) => JsonSerializer.Serialize(new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body });
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"type\":1")]
    [InlineData("{\"type\":\"one\"}")]
    [InlineData("{\"type\":1,\"invocationId\":\"1\",\"target\":5,\"arguments\":[{}]}")]
    [InlineData("{\"type\":1,\"invocationId\":\"1\",\"target\":\"inbox\",\"arguments\":{}}")]
    public async Task A_frame_that_is_no_hub_message_closes_the_offenders_connection_alone(string frame)
    {
        var pair = await fixture.NewPair();
        await using var offender = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var tab = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);

        await offender.SendRaw(frame);

        await offender.Closed;
        await tab.Ok("inbox", new { });
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_stored_by_nobody()
    {
        var pair = await fixture.NewPair();
        await using var offender = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        await using var tab = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        var frame = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = 1,
            invocationId = "x",
            target = "send",
            arguments = new[] { new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "a?b" } },
        });
        frame[Array.IndexOf(frame, (byte)'?')] = 0xff;

        await offender.SendBytes([.. frame, 0x1e]);

        // A WebSocket text message must be UTF-8: the connection is closed, or else the message refused; never kept.
        await Task.WhenAny(offender.Closed, offender.Call("inbox", new { }));
        var sent = await tab.Ok("send", new { conversation = pair.Conversation, id = Guid.CreateVersion7(), body = "first" });
        Assert.Equal(1, sent["seq"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_refused_message_leaves_its_neighbours_alone()
    {
        var pair = await fixture.NewPair();
        await using var client = await HubClient.Enter(fixture.Front.Address, pair.Buyer.Token);
        string[] bodies = ["one", "", "two", "a\\u0000b", "three", "\\ud800"];

        var calls = new List<Task<JsonObject>>();
        foreach (var body in bodies)
        {
            calls.Add(await client.Start("send", $$"""{"conversation":"{{pair.Conversation}}","id":"{{Guid.CreateVersion7()}}","body":"{{body}}"}"""));
        }

        var replies = await Task.WhenAll(calls);
        Assert.Equal([1, 2, 3], replies.Where(reply => reply["result"]!["ok"]!.GetValue<bool>()).Select(reply => reply["result"]!["seq"]!.GetValue<int>()));
    }
}
