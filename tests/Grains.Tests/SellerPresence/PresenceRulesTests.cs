using Chat.Grains.SellerPresence;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.SellerPresence;

public sealed class PresenceRulesTests
{
    private static readonly Policy Policy = new();
    private static readonly StoreId Shop = new("casa-lumbre");
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly FrontId One = new("front-1");
    private static readonly FrontId Two = new("front-2");

    [Fact]
    public void Nobody_reported_is_offline_and_never_seen()
    {
        var view = PresenceRules.View(PresenceState.Empty, Shop, Noon, Policy);
        Assert.Equal((PresenceStatus.Offline, null), (view.Status, view.LastSeen));
    }

    [Fact]
    public void An_active_agent_makes_the_store_online() => Assert.Equal(PresenceStatus.Online, StatusAt(Noon, Reported(One, Noon, Noon)));

    [Fact]
    public void Five_idle_minutes_are_away()
    {
        var state = Reported(One, Noon.AddMinutes(5), lastActive: Noon);
        Assert.Equal(PresenceStatus.Away, StatusAt(Noon.AddMinutes(5), state));
        Assert.Equal(PresenceStatus.Online, StatusAt(Noon.AddMinutes(5).AddMilliseconds(-1), state));
    }

    [Fact]
    public void One_active_agent_among_idle_ones_is_online()
    {
        var state = PresenceRules.Report(Reported(One, Noon, Noon.AddHours(-1)), Two, [Seen(Noon)], Noon, Policy);
        Assert.Equal(PresenceStatus.Online, StatusAt(Noon, state));
    }

    [Fact]
    public void A_front_that_dies_takes_its_agents_with_it_when_its_lease_ends_and_never_later_than_30_seconds()
    {
        var state = Reported(One, Noon, Noon);
        Assert.Equal(PresenceStatus.Online, StatusAt(Noon + Policy.PresenceLease - TimeSpan.FromMilliseconds(1), state));
        Assert.Equal(PresenceStatus.Offline, StatusAt(Noon + Policy.PresenceLease, state));
        Assert.True(Policy.PresenceLease < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void The_end_of_one_front_leaves_the_others_agents()
    {
        var state = PresenceRules.Report(Reported(One, Noon, Noon), Two, [Seen(Noon)], Noon.AddSeconds(15), Policy);
        Assert.Equal(PresenceStatus.Online, StatusAt(Noon.AddSeconds(25), PresenceRules.Expire(state, Noon.AddSeconds(25))));
    }

    [Fact]
    public void A_polite_goodbye_is_offline_at_once_and_seen_now()
    {
        var state = PresenceRules.Report(Reported(One, Noon, Noon), One, [], Noon.AddSeconds(3), Policy);
        var view = PresenceRules.View(state, Shop, Noon.AddSeconds(3), Policy);
        Assert.Equal((PresenceStatus.Offline, Noon.AddSeconds(3)), (view.Status, view.LastSeen));
    }

    [Fact]
    public void After_a_crash_last_seen_is_the_last_renewal()
    {
        var state = PresenceRules.Expire(Reported(One, Noon, Noon), Noon.AddMinutes(1));
        Assert.Equal(Noon, PresenceRules.View(state, Shop, Noon.AddMinutes(1), Policy).LastSeen);
    }

    [Fact]
    public void Next_change_is_the_lease_end_or_the_next_agent_going_away()
    {
        Assert.Null(PresenceRules.NextChange(PresenceState.Empty, Noon, Policy));
        Assert.Equal(Noon + Policy.PresenceLease, PresenceRules.NextChange(Reported(One, Noon, Noon), Noon, Policy));
        var almostAway = Noon - Policy.AwayAfter + TimeSpan.FromSeconds(1);
        Assert.Equal(Noon.AddSeconds(1), PresenceRules.NextChange(Reported(One, Noon, almostAway), Noon, Policy));
    }

    [Fact]
    public void A_row_with_the_same_status_covers_what_is_shown_for_a_minute()
    {
        var view = new PresenceView(Shop, PresenceStatus.Online, Noon, Noon + Policy.PresenceLease);
        Assert.True(PresenceRules.Covers(new StoredPresence { Status = PresenceStatus.Online, LastSeen = Noon - PresenceRules.SaveEvery + TimeSpan.FromSeconds(1) }, view));
        Assert.False(PresenceRules.Covers(new StoredPresence { Status = PresenceStatus.Online, LastSeen = Noon - PresenceRules.SaveEvery }, view));
        Assert.False(PresenceRules.Covers(new StoredPresence { Status = PresenceStatus.Online }, view));
        Assert.False(PresenceRules.Covers(new StoredPresence { Status = PresenceStatus.Offline, LastSeen = Noon }, view));
        Assert.True(PresenceRules.Covers(new StoredPresence(), new PresenceView(Shop, PresenceStatus.Offline, null, Noon)));
    }

    [Fact]
    public void After_a_crash_the_stored_word_stands_for_two_renewals()
    {
        Assert.Equal(Noon + (2 * Policy.PresenceRenewal), PresenceRules.GraceUntil(Noon.AddSeconds(-8), Noon, Policy));
        Assert.Equal(Noon + (2 * Policy.PresenceRenewal), PresenceRules.GraceUntil(Noon - PresenceRules.SaveEvery - Policy.PresenceRenewal, Noon, Policy));
    }

    [Fact]
    public void A_stored_word_of_agents_long_gone_does_not_stand()
    {
        Assert.Equal(Noon, PresenceRules.GraceUntil(Noon - PresenceRules.SaveEvery - Policy.PresenceLease, Noon, Policy));
        Assert.Equal(Noon, PresenceRules.GraceUntil(Noon.AddDays(-1), Noon, Policy));
        Assert.Equal(Noon, PresenceRules.GraceUntil(null, Noon, Policy));
    }

    private static AgentSeen Seen(DateTimeOffset lastActive) => new(new UserId("elena"), lastActive);

    private static PresenceState Reported(FrontId front, DateTimeOffset at, DateTimeOffset lastActive) =>
        PresenceRules.Report(PresenceState.Empty, front, [Seen(lastActive)], at, Policy);

    private static PresenceStatus StatusAt(DateTimeOffset at, PresenceState state) => PresenceRules.View(state, Shop, at, Policy).Status;
}
