using Chat.Grains;
using Chat.Grains.Accounts;
using Chat.Grains.Shared;
using Chat.Grains.Storage;
using Chat.WebFront.Tests.Crash;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Chat.Cluster.Tests;

/// <summary>What silos share: conversations and state.</summary>
public sealed class ConversationsAcrossSilosTests : IAsyncLifetime
{
    private static readonly StoreId Store = new("casa-lumbre");
    private ChatTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await ChatTestCluster.Start(3);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [SkippedWithoutPostgresFact]
    public async Task Conversation_written_through_every_silo_keeps_one_order()
    {
        var owner = new UserId("owner");
        Assert.True((await _cluster.Client.Store(Store).Open("Casa Lumbre", owner)).IsOk);
        foreach (var buyer in Enumerable.Range(0, 4).Select(i => new UserId($"buyer-{i}")))
        {
            Assert.True((await _cluster.Client.User(buyer).SetProfile("Buyer")).IsOk);
            var conversation = ConversationId.Between(buyer, Store);
            var first = new Sender(conversation, PrincipalId.Of(buyer), buyer);
            await first.Send(_cluster.Client, 1);
            Sender[] senders =
            [
                first,
                .. _cluster.Silos.Select(_ => new Sender(conversation, PrincipalId.Of(buyer), buyer)),
                new Sender(conversation, PrincipalId.Of(Store), owner),
            ];
            IGrainFactory[] doors = [_cluster.Client, .. _cluster.Silos, _cluster.Client];

            await Task.WhenAll(senders.Zip(doors, (sender, door) => sender.Send(door, 40)));

            var stored = await _cluster.Stored(conversation);
            Assert.Equal(201, stored.Count);
            Ledger.AssertKept([.. stored.Select(message => (message.Seq, message.Sender.Value, message.Id))], senders.Select(sender => sender.Acknowledged));
            foreach (var door in doors)
            {
                var page = await door.Conversation(conversation).History(PrincipalId.Of(buyer), 0, 50);
                Assert.True(page.IsOk);
                Assert.Equal(stored.TakeLast(50), page.Value.Messages);
            }
        }
    }

    [SkippedWithoutPostgresFact]
    public async Task Only_one_of_two_first_writes_from_different_silos_succeeds()
    {
        for (var round = 0; round < 10; round++)
        {
            var grain = GrainId.Create("race", $"r:{round}");
            var writes = new[] { 0, 1, 2 }.Select(silo => FirstWrite(silo, grain)).ToArray();
            var outcomes = await Task.WhenAll(writes);

            Assert.Single(outcomes, outcome => outcome is null);
            Assert.All(outcomes.OfType<Exception>(), failure => Assert.IsType<InconsistentStateException>(failure));
        }
    }

    [SkippedWithoutPostgresFact]
    public async Task State_written_through_one_silo_is_read_after_a_new_activation_on_another()
    {
        var user = new UserId("anna");
        Assert.True((await _cluster.Silos[0].User(user).SetProfile("Анна 安娜")).IsOk);
        await _cluster.KillSiloOf(_cluster.Client.User(user));

        var profile = await Eventually.Get(() => _cluster.Client.User(user).GetProfile());

        Assert.Equal("Анна 安娜", profile?.DisplayName);
    }

    [SkippedWithoutPostgresFact]
    public async Task Account_name_taken_through_every_silo_at_once_is_given_once()
    {
        var answers = await Task.WhenAll(_cluster.Silos.Select((silo, i) => silo.Account(new UserId("taken")).Register(new Secret($"hash-{i}"))));

        Assert.Single(answers, answer => answer.IsOk);
        Assert.All(answers.Where(answer => !answer.IsOk), answer => Assert.Equal(ErrorCode.NameTaken, answer.Error!.Code));
    }

    [SkippedWithoutPostgresFact]
    public void Absence_of_the_database_crosses_processes_as_what_it_is()
    {
        var serializer = _cluster.ServicesOf(0).GetRequiredService<Serializer>();
        var thrown = new StorageUnavailableException("The database did not answer.", new NpgsqlException("refused"));

        var received = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(thrown));

        Assert.IsType<StorageUnavailableException>(received);
        Assert.IsType<NpgsqlException>(received.InnerException);
    }

    private async Task<Exception?> FirstWrite(int silo, GrainId grain)
    {
        var storage = _cluster.ServicesOf(silo).GetRequiredKeyedService<IGrainStorage>(StateStorage.Name);
        return await Record.ExceptionAsync(() => storage.WriteStateAsync(
            "race", grain, new GrainState<RaceState> { State = new RaceState { Winner = silo } }));
    }

    private sealed record RaceState
    {
        public int Winner { get; init; }
    }
}
