using Chat.Grains;
using Chat.Grains.Shared;
using Orleans;

namespace Chat.Cluster.Tests;

/// <summary>Where nodes put grains (ADR 20).</summary>
public sealed class NodePlacementTests
{
    private const int Each = 10;

    [Fact]
    public async Task A_node_places_people_shops_and_conversations_in_itself()
    {
        await using var cluster = await ChatTestCluster.Start(2, asNodes: true);
        for (var node = 0; node < 2; node++)
        {
            foreach (var grain in await FirstAskedBy(cluster.Silos[node], node))
            {
                Assert.Equal(node, await cluster.SiloOf(grain));
            }
        }
    }

    [Fact]
    public async Task Silos_without_a_front_share_them()
    {
        await using var cluster = await ChatTestCluster.Start(2);
        var places = new List<int>();
        foreach (var grain in await FirstAskedBy(cluster.Silos[0], 0))
        {
            places.Add(await cluster.SiloOf(grain));
        }

        Assert.Contains(1, places);
    }

    private static async Task<List<IGrain>> FirstAskedBy(IGrainFactory silo, int node)
    {
        var grains = new List<IGrain>();
        for (var i = 0; i < Each; i++)
        {
            var (user, store) = (new UserId($"user-{node}-{i}"), new StoreId($"store-{node}-{i}"));
            var (person, shop, talk) = (silo.User(user), silo.Store(store), silo.Conversation(ConversationId.Between(user, store)));
            await person.GetProfile();
            await shop.GetProfile();
            await talk.History(PrincipalId.Of(user), before: 0, limit: 1);
            grains.AddRange([person, shop, talk]);
        }

        return grains;
    }
}
