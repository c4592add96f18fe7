using Chat.Grains.Fronts;
using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.Fronts;

public sealed class NearbyRecipientsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly PrincipalId Anna = PrincipalId.Of(new UserId("anna"));
    private static readonly Push[] Pushes = [new ResyncPush("test")];

    private readonly Clock _clock = new();
    private readonly Links _links = new();
    private readonly NearbyRecipients _nearby;

    public NearbyRecipientsTests() => _nearby = new NearbyRecipients(_links, _clock);

    [Fact]
    public void Who_is_attached_here_is_told_and_a_stranger_is_left_to_the_grain()
    {
        _nearby.Add(Anna, Attached("f1", "f2"));
        Assert.True(_nearby.TryTell(Anna, Pushes));
        Assert.Equal(["f1", "f2"], _links.Told);
        Assert.False(_nearby.TryTell(PrincipalId.Of(new StoreId("anna")), Pushes));
        Assert.Equal(2, _links.Told.Count);
    }

    [Fact]
    public void Two_activations_are_left_to_the_grain_until_one_has_no_lease_any_more()
    {
        _nearby.Add(Anna, Attached("old"));
        _clock.Now += Lease / 2;
        _nearby.Add(Anna, Attached("new"));
        Assert.False(_nearby.TryTell(Anna, Pushes));
        Assert.Empty(_links.Told);

        _clock.Now += Lease / 2;
        Assert.False(_nearby.TryTell(Anna, Pushes));
        Assert.True(_nearby.TryTell(Anna, Pushes));
        Assert.Equal(["new"], _links.Told);
    }

    [Fact]
    public void Adding_an_activation_again_does_not_make_two_of_it()
    {
        var registry = Attached("f1");
        _nearby.Add(Anna, registry);
        _nearby.Add(Anna, registry);
        Assert.True(_nearby.TryTell(Anna, Pushes));
    }

    [Fact]
    public void An_ended_activation_is_told_nothing()
    {
        var registry = Attached("f1");
        _nearby.Add(Anna, registry);
        _nearby.Remove(Anna, registry);
        _nearby.Remove(Anna, registry);
        Assert.False(_nearby.TryTell(Anna, Pushes));
        Assert.Empty(_links.Told);
    }

    [Fact]
    public void Whose_leases_have_all_ended_is_left_to_the_grain_until_attached_again()
    {
        var registry = Attached("f1");
        _nearby.Add(Anna, registry);
        _clock.Now += Lease;
        Assert.False(_nearby.TryTell(Anna, Pushes));

        registry.Attach(Front("f1"), _clock.Now);
        Assert.False(_nearby.TryTell(Anna, Pushes));
        _nearby.Add(Anna, registry);
        Assert.True(_nearby.TryTell(Anna, Pushes));
    }

    [Fact]
    public void A_front_end_that_is_given_up_leaves_nobody_to_tell()
    {
        _nearby.Add(Anna, Attached("f1"));
        _links.IsGivenUp = true;
        Assert.False(_nearby.TryTell(Anna, Pushes));
    }

    private static FrontAddress Front(string id) => new(new FrontId(id), null!);

    private FrontRegistry Attached(params string[] fronts)
    {
        var registry = new FrontRegistry(Lease, 8);
        foreach (var front in fronts)
        {
            registry.Attach(Front(front), _clock.Now);
        }

        return registry;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Links : IFrontLinks
    {
        public List<string> Told { get; } = [];

        public bool IsGivenUp { get; set; }

        public bool TrySend(FrontAddress front, PrincipalId to, IReadOnlyList<Push> pushes)
        {
            if (!IsGivenUp)
            {
                Told.Add(front.Id.Value);
            }

            return !IsGivenUp;
        }

        public bool TrySend(FrontAddress front, PresenceView presence) => throw new NotSupportedException();
    }
}
