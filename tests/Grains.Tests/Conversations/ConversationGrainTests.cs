using Chat.Grains.Conversations;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Grains.Tests.Conversations;

/// <summary>A conversation on the host of this build over a real database that another activation writes too.</summary>
public sealed class ConversationGrainTests : IAsyncLifetime
{
    private readonly Counts _counts = new();
    private GrainHostFixture _host = null!;

    private IConversationLog Log => _host.Services.GetRequiredService<IConversationLog>();

    private IConversationGrain Conversation => _host.Grains.Conversation(Given.Id);

    public async Task InitializeAsync()
    {
        _host = await GrainHostFixture.StartProduct(
            static _ => { },
            services =>
            {
                services.AddSingleton<SqlConversationLog>();
                services.AddSingleton<IConversationLog>(provider => new CountingLog(provider.GetRequiredService<SqlConversationLog>(), _counts));
            });
        await _host.Grains.User(Given.Anna).SetProfile("Anna");
        await _host.Grains.Store(Given.Shop).Open("Casa Lumbre", Given.Elena);
        Assert.True((await Conversation.Post(Given.FromBuyer(1))).IsOk);
        Assert.True((await Conversation.Mark(new MarkReceipts(Given.Store, 1, 0))).IsOk);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task History_shows_what_another_activation_has_stored()
    {
        var row = await WriteElsewhere();
        var page = await Conversation.History(Given.Store, 0, 50);
        Assert.Equal(row, page.Value!.Summary.Row);
        Assert.Equal([1, 2], page.Value.Messages.Select(message => message.Seq));
    }

    [Fact]
    public async Task A_held_position_is_not_up_to_date_once_another_activation_has_written()
    {
        var held = (await Conversation.History(Given.Store, 0, 50)).Value!.Summary.Row.Change;
        var row = await WriteElsewhere();
        var page = await Conversation.Changes(Given.Store, held, 100, 10_000);
        Assert.Equal((ChangesState.Changes, row), (page.Value!.State, page.Value.Summary.Row));
        Assert.Equal(2, Assert.Single(page.Value.Messages).Seq);
    }

    [Fact]
    public async Task Marks_that_raise_nothing_are_told_those_that_another_activation_has_raised()
    {
        await WriteElsewhere();
        var marks = await Conversation.Mark(new MarkReceipts(Given.Store, 1, 0));
        Assert.Equal(new Receipt(Given.Store, 2, 2), marks.Value);
    }

    [Fact]
    public async Task A_first_message_that_another_activation_has_stored_is_seen_by_who_looked_before_it()
    {
        var id = ConversationId.Between(new UserId("bela"), Given.Shop);
        var grain = _host.Grains.Conversation(id);
        var buyer = PrincipalId.Of(id.Buyer);
        Assert.Empty((await grain.History(buyer, 0, 50)).Value!.Messages);
        var row = (await grain.History(buyer, 0, 50)).Value!.Summary.Row;
        var message = new Message(1, 1, Given.MessageId(7), buyer, id.Buyer, MessageKind.Text, "Hello", Given.Noon);
        await Append(row, row with { Head = 1, Change = 1, LastAt = Given.Noon, WaitingSince = Given.Noon, Store = new(0, 0, 1) }, message);
        Assert.Single((await grain.History(buyer, 0, 50)).Value!.Messages);
    }

    /// <summary>Its own commits are ahead of what it holds until their answers are back: that is no reason to read all again.</summary>
    [Fact]
    public async Task Reads_beside_the_activations_own_writes_do_not_load_the_conversation_again()
    {
        await Conversation.History(Given.Buyer, 0, 50);
        var loads = _counts.Loads;
        var posts = Enumerable.Range(2, 200).Select(number => Conversation.Post(Given.FromBuyer(number))).ToArray();
        var shown = 0L;
        while (!posts.All(post => post.IsCompleted))
        {
            var acknowledged = posts.Where(post => post.IsCompletedSuccessfully).Select(post => post.Result.Value!.Seq).DefaultIfEmpty(0).Max();
            var head = (await Conversation.History(Given.Buyer, 0, 1)).Value!.Summary.Row.Head;
            Assert.True(head >= Math.Max(shown, acknowledged), $"{head} after {shown} was shown and {acknowledged} acknowledged");
            shown = head;
        }

        Assert.Equal(loads, _counts.Loads);
        Assert.True(_counts.Versions > 0);
    }

    /// <summary>The store reads all and answers, through an activation that this one does not know of.</summary>
    private async Task<ConversationRow> WriteElsewhere()
    {
        var row = (await Log.Load(Given.Id))!;
        var answer = new Message(2, 2, Given.MessageId(2), Given.Store, Given.Elena, MessageKind.Text, "It is.", row.LastAt);
        return await Append(row, row with { Head = 2, Change = 2, WaitingSince = null, Store = new(2, 2), Buyer = new(1, 1, 1) }, answer);
    }

    private async Task<ConversationRow> Append(ConversationRow before, ConversationRow after, Message message)
    {
        var row = after with { Version = before.Version + 1 };
        Assert.Equal(AppendStatus.Stored, (await Log.Append(new AppendRequest(before.Version, row, [message], []))).Status);
        return row;
    }

    private sealed class Counts
    {
        public int Loads;
        public int Versions;
    }

    private sealed class CountingLog(IConversationLog log, Counts counts) : IConversationLog
    {
        public Task<AppendOutcome> Append(AppendRequest request) => log.Append(request);

        public Task<ConversationRow?> Load(ConversationId conversation)
        {
            Interlocked.Increment(ref counts.Loads);
            return log.Load(conversation);
        }

        public Task<long> VersionOf(ConversationId conversation)
        {
            Interlocked.Increment(ref counts.Versions);
            return log.VersionOf(conversation);
        }

        public Task<IReadOnlyList<Message>> ReadBefore(ConversationId conversation, long beforeSeq, int limit) => log.ReadBefore(conversation, beforeSeq, limit);

        public Task<IReadOnlyList<Message>> ReadChanges(ConversationId conversation, long afterChange, int limit) => log.ReadChanges(conversation, afterChange, limit);

        public Task<Message?> Find(ConversationId conversation, PrincipalId sender, Guid id) => log.Find(conversation, sender, id);

        public Task<long> CountUnread(ConversationId conversation, PrincipalId reader, long afterSeq) => log.CountUnread(conversation, reader, afterSeq);
    }
}
