using Chat.Grains.Fronts;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.Fronts;

public sealed class FrontRegistryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly FrontRegistry _registry = new(TimeSpan.FromSeconds(60), 2);

    [Fact]
    public void A_renewal_keeps_the_registration_so_that_nobody_resyncs_for_nothing()
    {
        var first = _registry.Attach(Front("a"), Noon);
        Assert.Equal(first, _registry.Attach(Front("a"), Noon.AddSeconds(20)));
    }

    [Fact]
    public void A_lapsed_lease_is_another_registration()
    {
        var first = _registry.Attach(Front("a"), Noon);
        Assert.NotEqual(first, _registry.Attach(Front("a"), Noon.AddSeconds(60)));
    }

    [Fact]
    public void A_front_that_could_not_be_sent_to_is_another_registration_when_it_comes_back()
    {
        var first = _registry.Attach(Front("a"), Noon);
        _registry.Tell(Noon, 0, (_, _) => false);
        Assert.True(_registry.IsEmpty);
        Assert.NotEqual(first, _registry.Attach(Front("a"), Noon));
    }

    [Fact]
    public void Only_live_leases_are_told()
    {
        _registry.Attach(Front("a"), Noon);
        _registry.Attach(Front("b"), Noon.AddSeconds(30));
        Assert.Equal(["b"], Told(Noon.AddSeconds(60)));
        Assert.Equal(["b"], Told(Noon.AddSeconds(61)));
    }

    [Fact]
    public void The_bound_holds_and_the_stalest_gives_way()
    {
        _registry.Attach(Front("a"), Noon);
        _registry.Attach(Front("b"), Noon.AddSeconds(1));
        _registry.Attach(Front("c"), Noon.AddSeconds(2));
        Assert.Equal(["b", "c"], Told(Noon.AddSeconds(3)).Order());
    }

    private static FrontAddress Front(string id) => new(new FrontId(id), null!);

    private List<string> Told(DateTimeOffset now)
    {
        var told = new List<string>();
        _registry.Tell(now, 0, (front, _) =>
        {
            told.Add(front.Id.Value);
            return true;
        });
        return told;
    }
}
