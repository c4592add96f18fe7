using System.Collections.Concurrent;
using Chat.Grains;
using Chat.Grains.Fronts;
using Chat.Grains.Shared;
using Chat.WebFront.Tests.Crash;

namespace Chat.Cluster.Tests;

/// <summary>What the others see when a silo is gone from one moment to the next.</summary>
public sealed class SiloDeathTests : IAsyncLifetime
{
    private static readonly StoreId Store = new("casa-lumbre");
    private static readonly UserId Owner = new("owner");
    private static readonly UserId Buyer = new("anna");
    private ChatTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await ChatTestCluster.Start(3);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [SkippedWithoutPostgresFact]
    public async Task Killing_the_silo_of_a_conversation_loses_and_doubles_no_acknowledged_message()
    {
        Assert.True((await _cluster.Client.Store(Store).Open("Casa Lumbre", Owner)).IsOk);
        Assert.True((await _cluster.Client.User(Buyer).SetProfile("Anna")).IsOk);
        var conversation = ConversationId.Between(Buyer, Store);
        var buyer = new Sender(conversation, PrincipalId.Of(Buyer), Buyer);
        await buyer.Send(_cluster.Client, 1);
        Sender[] senders = [buyer, .. Enumerable.Range(0, 5).Select(_ => new Sender(conversation, PrincipalId.Of(Store), Owner))];

        var sends = senders.Select(sender => sender.Send(_cluster.Client, 120)).ToArray();
        await Eventually.Holds(() => Task.FromResult(senders.All(sender => sender.Acknowledged.Count >= 20)), "20 messages of each sender");
        Assert.Contains(sends, send => !send.IsCompleted);
        await _cluster.KillSiloOf(_cluster.Client.Conversation(conversation));
        await Task.WhenAll(sends);

        var stored = await _cluster.Stored(conversation);
        Assert.Equal(721, stored.Count);
        Ledger.AssertKept([.. stored.Select(message => (message.Seq, message.Sender.Value, message.Id))], senders.Select(sender => sender.Acknowledged));
    }

    [SkippedWithoutPostgresFact]
    public async Task Registration_renewed_after_the_death_of_a_silo_is_a_new_one_and_gets_pushes_again()
    {
        var front = new RecordingFront();
        var address = new FrontAddress(new FrontId("front-under-test"), _cluster.Client.CreateObjectReference<IFrontObserver>(front));
        var user = _cluster.Client.User(Buyer);
        var before = await user.Attach(address);
        Assert.Equal(before, await user.Attach(address));

        await _cluster.KillSiloOf(user);
        var after = await Eventually.Get(() => user.Attach(address));

        Assert.NotEqual(before, after);
        await user.Tell([new ResyncPush("still there")]);
        await Eventually.Holds(
            () => Task.FromResult(front.Pushes.OfType<ResyncPush>().Any(push => push.Reason == "still there")),
            "the push reaches the front");
        GC.KeepAlive(front);
    }

    private sealed class RecordingFront : IFrontObserver
    {
        public ConcurrentQueue<Push> Pushes { get; } = [];

        public Task Deliver(FrontBatch batch)
        {
            foreach (var push in batch.Deliveries.SelectMany(delivery => delivery.Pushes))
            {
                Pushes.Enqueue(push);
            }

            return Task.CompletedTask;
        }
    }
}
