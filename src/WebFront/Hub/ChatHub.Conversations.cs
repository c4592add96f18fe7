using System.Text.Json;
using Chat.Grains;
using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Wire;

namespace Chat.WebFront.Hub;

internal sealed partial class ChatHub
{
    private const int HistoryDefault = 50;
    private const int InboxDefault = 30;

    /// <summary>Resume asks this many conversations at once: enough to be quick, few enough to bound memory.</summary>
    private const int ResumeWave = 8;

    /// <summary>The conversation with a store, begun or not. Errors: 1001, 1004, 1005, 3007, 3009, 3010.</summary>
    public async Task<object> Contact(JsonElement request)
    {
        var reader = new RequestReader(request);
        var store = reader.Store("store");
        var product = reader.OptionalProduct("product");
        if (Refusal(reader, out var me) is { } refusal)
        {
            return refusal.ToReply();
        }

        if (me.Stores.ContainsKey(store))
        {
            return new ChatError(ErrorCode.OwnStore, "This is your own store.").ToReply();
        }

        if (await services.Stores.Find(store) is null)
        {
            return Refusals.NoStore.ToReply();
        }

        if (product is { } id && services.Catalog.CardOf(store, id) is null)
        {
            return Refusals.NoProduct.ToReply();
        }

        var page = await Grains.Conversation(ConversationId.Between(me.Id, store)).History(me.Principal, before: 0, limit: 1);
        return page.IsOk ? new ContactReply(page.Value.Summary.ToWire(me.Principal)) : page.Error.ToReply();
    }

    /// <summary>
    /// Stores a message; the answer comes after it is durable. Errors: 1001, 1005 to 1007, 3001 to 3006, 3010, 3011.
    /// </summary>
    /// <remarks>
    /// Sends of one connection to one conversation keep their order although they do not wait for each other: SignalR
    /// starts calls one by one in the order of their frames, and everything up to the grain call below happens in that
    /// start, without waiting for anything; <see cref="Connections.SendLanes"/> keeps it on the way to the grain. So
    /// nothing here may await before.
    /// </remarks>
    public Task<object> Send(JsonElement request)
    {
        var reader = new RequestReader(request);
        var conversation = reader.Conversation("conversation");
        var id = reader.MessageId("id");
        var body = reader.Text("body", malformed: ErrorCode.MessageMalformed);
        var product = reader.OptionalProduct("product");
        if (Refusal(reader, out var me) is { } refusal)
        {
            return Task.FromResult<object>(refusal.ToReply());
        }

        if (me.ActsIn(conversation) is not { } sender)
        {
            return Task.FromResult<object>(Refusals.NoConversation.ToReply());
        }

        if (Connection.Budget!.TrySend() is { } tooMany)
        {
            return Task.FromResult<object>(tooMany.ToReply());
        }

        var card = product is { } asked ? services.Catalog.CardOf(conversation.Store, asked) : null;
        if (product is not null && card is null)
        {
            return Task.FromResult<object>(Refusals.NoProduct.ToReply());
        }

        services.Figures.Sent(conversation);
        var message = new PostMessage(id, sender, me.Id, body, card, Context.ConnectionId);
        return Answer(Connection.Lanes.Enter(conversation, Grains, grain => grain.Post(message)));

        static async Task<object> Answer(Task<Result<PostMessageReply>> posted)
        {
            var reply = await posted;
            return reply.IsOk
                ? new SendReply(reply.Value.Seq, reply.Value.Change, reply.Value.SentAt.ToWire(), reply.Value.Duplicate, reply.Value.Product?.ToWire())
                : reply.Error.ToReply();
        }
    }

    /// <summary>A page of messages. Errors: 1001, 1004, 1005, 3001, 3008.</summary>
    public async Task<object> History(JsonElement request)
    {
        var reader = new RequestReader(request);
        var conversation = reader.Conversation("conversation");
        var before = reader.OptionalPosition("before");
        var limit = reader.OptionalInteger("limit", 1, Limits.HistoryPageMax) ?? HistoryDefault;
        if (Refusal(reader, out var me) is { } refusal)
        {
            return refusal.ToReply();
        }

        if (me.ActsIn(conversation) is not { } member)
        {
            return Refusals.NoConversation.ToReply();
        }

        if (before is 0)
        {
            return new ChatError(ErrorCode.BadPosition, "'before' counts from 1.").ToReply();
        }

        var page = await Grains.Conversation(conversation).History(member, before ?? 0, (int)limit);
        return page.IsOk
            ? new HistoryReply(page.Value.Summary.ToWire(member), page.Value.Messages.ToWire(), page.Value.HasMore)
            : page.Error.ToReply();
    }

    /// <summary>Everything missed since the held positions. Errors: 1001, 1004, 1005, 3008, 4001.</summary>
    public async Task<object> Resume(JsonElement request)
    {
        var reader = new RequestReader(request);
        var held = Positions(ref reader, reader.List("positions", Limits.ResumePositionsMax));
        return Refusal(reader, out var me) is { } refusal ? refusal.ToReply() : await ResumeFrom(me, held!);
    }

    /// <summary>What a client says that it holds; null when it says nothing.</summary>
    private static List<(ConversationId Conversation, long Change)>? Positions(ref RequestReader reader, JsonElement[]? items)
    {
        if (items is null)
        {
            return null;
        }

        var held = new List<(ConversationId Conversation, long Change)>(items.Length);
        foreach (var item in items)
        {
            var position = new RequestReader(item);
            held.Add((position.Conversation("conversation"), position.Position("change")));
            if (position.Error is { Code: ErrorCode.ConversationNotFound })
            {
                // No conversation can have this name: the same answer as for one that does not exist.
                held[^1] = (new ConversationId(position.RawText("conversation")), held[^1].Change);
            }
            else if (position.Error is { } wrong)
            {
                reader.Fail(wrong);
                break;
            }
        }

        return held;
    }

    private async Task<object> ResumeFrom(Connections.LocalUser me, List<(ConversationId Conversation, long Change)> held)
    {
        var answers = new List<ResumeAnswerWire>(held.Count);
        var (messages, chars) = (Limits.ResumeChangesMax, Limits.ResumeCharsMax);
        foreach (var wave in held.Chunk(ResumeWave))
        {
            var pages = await Task.WhenAll(wave.Select(position => Missed(me, position, messages, chars)));
            for (var i = 0; i < wave.Length; i++)
            {
                if (pages[i].Refusal is { } failed)
                {
                    return failed.ToReply();
                }

                answers.Add(Spend(wave[i].Conversation, pages[i].Member, pages[i].Page, ref messages, ref chars));
                services.Metrics.Resumed(answers[^1].State);
            }
        }

        return new ResumeReply(answers);
    }

    /// <summary>Raises my watermarks. Errors: 1001, 1005 to 1007, 3001, 3008.</summary>
    public async Task<object> Mark(JsonElement request)
    {
        var reader = new RequestReader(request);
        var conversation = reader.Conversation("conversation");
        var delivered = reader.OptionalPosition("delivered") ?? 0;
        var read = reader.OptionalPosition("read") ?? 0;
        if (Refusal(reader, out var me) is { } refusal)
        {
            return refusal.ToReply();
        }

        if (me.ActsIn(conversation) is not { } member)
        {
            return Refusals.NoConversation.ToReply();
        }

        var marks = await Grains.Conversation(conversation).Mark(new MarkReceipts(member, delivered, read));
        return marks.IsOk ? new MarkReply(marks.Value.Delivered, marks.Value.Read) : marks.Error.ToReply();
    }

    /// <summary>Tells the others that I type. Best effort. Errors: 1001, 1005, 3001.</summary>
    public async Task<object> Typing(JsonElement request)
    {
        var reader = new RequestReader(request);
        var conversation = reader.Conversation("conversation");
        if (Refusal(reader, out var me) is { } refusal)
        {
            return refusal.ToReply();
        }

        if (me.ActsIn(conversation) is not { } member)
        {
            return Refusals.NoConversation.ToReply();
        }

        if (me.Typing.Allows(conversation, services.Time.GetUtcNow()))
        {
            await Grains.Conversation(conversation).Typing(member, me.Id);
        }

        return DoneReply.Value;
    }

    /// <summary>A page of my conversations, or of a store I work for. Errors: 1001, 1004, 1005, 3008, 3009.</summary>
    public async Task<object> Inbox(JsonElement request)
    {
        var reader = new RequestReader(request);
        var store = reader.OptionalStore("store");
        var filterText = reader.OptionalText("filter") ?? "all";
        var before = reader.OptionalText("before");
        var limit = reader.OptionalInteger("limit", 1, Limits.InboxPageMax) ?? InboxDefault;
        if (!TryFilter(filterText, out var filter))
        {
            reader.Fail(new ChatError(ErrorCode.BadRequest, "'filter' is all, unread or needsReply."));
        }

        InboxCursor? after = null;
        if (before is not null && !Cursor.TryRead(before, out after))
        {
            reader.Fail(new ChatError(ErrorCode.BadPosition, "'before' is not a cursor of ours."));
        }

        if (Refusal(reader, out var me) is { } refusal)
        {
            return refusal.ToReply();
        }

        if (store is { } asked && !me.Stores.ContainsKey(asked))
        {
            return Refusals.NoStore.ToReply();
        }

        var owner = store is { } id ? PrincipalId.Of(id) : me.Principal;
        var page = services.Inbox.Page(owner, filter, after, (int)limit);
        var totals = services.Inbox.Totals(owner);
        await Task.WhenAll(page, totals);
        return new InboxReply(
            [.. (await page).Conversations.Select(summary => summary.ToWire(owner))],
            (await page).Next is { } next ? Cursor.Write(next) : null,
            (await totals).ToWire());
    }

    private async Task<(ChatError? Refusal, PrincipalId Member, ChangesPage? Page)> Missed(
        Connections.LocalUser me, (ConversationId Conversation, long Change) position, int messages, int chars)
    {
        if (!ConversationId.TryParse(position.Conversation.Value, out _) || me.ActsIn(position.Conversation) is not { } member)
        {
            return default;
        }

        // Most clients that come back have missed nothing. What is stored says so without waking a grain, and for all who ask
        // at this moment in one query.
        if (await services.Inbox.Find(position.Conversation) is { } stored && stored.Row.Change == position.Change)
        {
            return (null, member, new ChangesPage(ChangesState.CaughtUp, stored, []));
        }

        var page = await Grains.Conversation(position.Conversation).Changes(member, position.Change, messages, chars);
        return page.IsOk ? (null, member, page.Value)
            : page.Error.Code == ErrorCode.ConversationNotFound ? default
            : (page.Error, member, null);
    }

    /// <summary>One position's answer, taken out of what the whole call may bring; what does not fit any more is a reset.</summary>
    private static ResumeAnswerWire Spend(ConversationId conversation, PrincipalId member, ChangesPage? page, ref int messages, ref int chars)
    {
        if (page is null)
        {
            return new ResumeAnswerWire(conversation.Value, "gone", null, null);
        }

        var summary = page.Summary.ToWire(member);
        if (page.State == ChangesState.CaughtUp)
        {
            return new ResumeAnswerWire(conversation.Value, "caught_up", null, summary);
        }

        var weight = page.Messages.Sum(message => message.Body.Length);
        if (page.State == ChangesState.Reset || page.Messages.Count > messages || weight > chars)
        {
            return new ResumeAnswerWire(conversation.Value, "reset", null, summary);
        }

        messages -= page.Messages.Count;
        chars -= weight;
        return new ResumeAnswerWire(conversation.Value, "changes", page.Messages.ToWire(), summary);
    }

    private static bool TryFilter(string text, out InboxFilter filter)
    {
        (var known, filter) = text switch
        {
            "all" => (true, InboxFilter.All),
            "unread" => (true, InboxFilter.Unread),
            "needsReply" => (true, InboxFilter.NeedsReply),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>Why a call cannot go on before its own rules are asked: <c>hello</c> missing, or a malformed request.</summary>
    private ChatError? Refusal(RequestReader reader, out Connections.LocalUser me) => TryMe(out me) ? reader.Error : Refusals.HelloFirst;
}
