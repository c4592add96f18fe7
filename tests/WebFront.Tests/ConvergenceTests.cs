using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Tests;

/// <summary>
/// The golden cases of tests/Contracts/convergence from the server's side: the old snapshot and what happened since, under
/// the grain's own rules and the front's own mapping, must be the new snapshot to the letter. TypeScript reads the same files.
/// </summary>
public sealed class ConvergenceTests
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "Contracts", "convergence");

    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Old_snapshot_and_events_are_the_new_snapshot(string file)
    {
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;
        var after = golden["after"]!["summary"]!;
        var reader = Reader(golden);
        var messages = Messages(golden);

        var state = Replay(golden, messages, reader);

        Assert.Equal(Plain(after).ToJsonString(), Plain(ToJson(state.Summary.ToWire(reader))).ToJsonString());
        foreach (var shown in golden["after"]!["messages"]!.AsArray())
        {
            var mapped = ToJson(messages[shown!["seq"]!.GetValue<long>()].ToWire());
            Assert.Equal(Plain(shown).ToJsonString(), Plain(mapped).ToJsonString());
        }
    }

    /// <summary>From the old snapshot where the events leave no gap after it, else (a reset) from the page the new one shows.</summary>
    private static ConversationState Replay(JsonNode golden, SortedDictionary<long, Message> messages, PrincipalId reader)
    {
        var (before, after) = (golden["before"]?["summary"], golden["after"]!["summary"]!);
        var head = Number(after, "head");
        var from = before is null ? 0 : Number(before, "head");
        var gapless = from <= head && Enumerable.Range((int)from + 1, (int)(head - from)).All(seq => messages.ContainsKey(seq));
        var first = gapless && before is not null ? before : after;
        var state = Snapshot(first, messages, reader);
        foreach (var message in messages.Values.Where(message => message.Seq > state.Row.Head && message.Seq <= head).ToArray())
        {
            state = Post(state, message);
        }

        foreach (var receipt in after["receipts"]!.AsArray())
        {
            var marks = new MarkReceipts(new PrincipalId(Text(receipt!, "member")), Number(receipt!, "delivered"), Number(receipt!, "read"));
            var decision = ConversationRules.Decide(state, marks, read => UnreadAfter(messages, marks.Member, read, head));
            Assert.Null(decision.Reply.Error);
            state = decision.Event is null ? state : ConversationRules.Apply(state, decision.Event);
        }

        // The server posts but does not edit yet; clients already must cope with a higher change of an old message.
        return state with
        {
            Row = state.Row with { Change = Number(after, "change") },
            Tail = [.. state.Tail.Select(message => messages[message.Seq])],
        };
    }

    private static ConversationState Post(ConversationState state, Message message)
    {
        var posted = ConversationRules.Decide(
            state, new PostMessage(message.Id, message.Sender, message.By, message.Body, message.Product), message.SentAt);
        var @event = Assert.IsType<MessagePosted>(posted.Event);
        Assert.Equal((message.Seq, message.SentAt), (@event.Message.Seq, @event.Message.SentAt));
        return ConversationRules.Apply(state, @event);
    }

    private static ConversationState Snapshot(JsonNode summary, SortedDictionary<long, Message> messages, PrincipalId reader)
    {
        var head = Number(summary, "head");
        var id = new ConversationId(Text(summary, "conversation"));
        MemberMarks Marks(PrincipalId member)
        {
            var receipt = summary["receipts"]!.AsArray().Single(receipt => Text(receipt!, "member") == member.Value)!;
            var read = Number(receipt, "read");
            return new(Number(receipt, "delivered"), read, member == reader ? Number(summary, "unread") : UnreadAfter(messages, member, read, head));
        }

        return new ConversationState(
            new ConversationRow(
                id,
                Text(summary["buyer"]!, "name"),
                Text(summary["store"]!, "name"),
                1,
                head,
                Number(summary, "change"),
                DateTimeOffset.FromUnixTimeMilliseconds(Number(summary, "lastAt")),
                summary["waitingSince"] is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since.GetValue<long>()) : null,
                Marks(PrincipalId.Of(id.Buyer)),
                Marks(PrincipalId.Of(id.Store)),
                Product(summary["product"])),
            [.. messages.Values.Where(message => message.Seq <= head).TakeLast(Limits.ConversationTailMax)]);
    }

    private static long UnreadAfter(SortedDictionary<long, Message> messages, PrincipalId reader, long read, long head) =>
        messages.Values.Count(message => message.Seq > read && message.Seq <= head && message.Sender != reader);

    /// <summary>Every message the case knows of, wherever it stands in it, in its latest version.</summary>
    private static SortedDictionary<long, Message> Messages(JsonNode golden)
    {
        var found = new SortedDictionary<long, Message>();
        Collect(golden);
        return found;

        void Collect(JsonNode? node)
        {
            if (node is JsonArray list)
            {
                foreach (var item in list)
                {
                    Collect(item);
                }
            }
            else if (node is JsonObject map)
            {
                if (map.ContainsKey("seq") && map.ContainsKey("sentAt") && map.ContainsKey("sender"))
                {
                    var message = Read(map);
                    if (!found.TryGetValue(message.Seq, out var known) || known.Change < message.Change)
                    {
                        found[message.Seq] = message;
                    }
                }

                foreach (var (_, value) in map)
                {
                    Collect(value);
                }
            }
        }
    }

    private static Message Read(JsonObject json) => new(
        Number(json, "seq"),
        Number(json, "change"),
        Guid.Parse(Text(json, "id")),
        new PrincipalId(Text(json, "sender")),
        new UserId(Text(json, "by")),
        Text(json, "kind") == "system" ? MessageKind.System : MessageKind.Text,
        Text(json, "body"),
        DateTimeOffset.FromUnixTimeMilliseconds(Number(json, "sentAt")),
        Product(json["product"]));

    private static ProductCard? Product(JsonNode? json) => json is null ? null : new(
        new ProductId(Text(json, "id")),
        new StoreId(Text(json, "store")),
        Text(json, "title"),
        new Money(Number(json["price"]!, "minor"), Text(json["price"]!, "currency")),
        Text(json, "image"));

    private static PrincipalId Reader(JsonNode golden)
    {
        var user = Text(golden, "user");
        var id = new ConversationId(Text(golden["after"]!["summary"]!, "conversation"));
        return id.Buyer.Value == user ? PrincipalId.Of(id.Buyer) : PrincipalId.Of(id.Store);
    }

    /// <summary>Without nulls, and with everything in one order: absent and null are the same on the wire.</summary>
    private static JsonNode Plain(JsonNode node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => Plain(item!)).OrderBy(item => (item as JsonObject)?["member"]?.ToString(), StringComparer.Ordinal)]),
        JsonObject map => new JsonObject(map.Where(pair => pair.Value is not null).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Plain(pair.Value!)))),
        _ => JsonNode.Parse(node.ToJsonString())!,
    };

    private static JsonNode ToJson<T>(T wire) => JsonSerializer.SerializeToNode(wire, WireJson.Rules)!;

    private static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static string Here([CallerFilePath] string path = "") => path;
}
