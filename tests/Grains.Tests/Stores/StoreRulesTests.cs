using Chat.Grains.Shared;
using Chat.Grains.Stores;

namespace Chat.Grains.Tests.Stores;

public sealed class StoreRulesTests
{
    private static readonly UserId Owner = new("elena");
    private static readonly UserId Agent = new("pablo");
    private static readonly UserId Stranger = new("eve");

    private static StoreState Open { get; } = Ok(StoreRules.Open(new StoreState(), "Casa Lumbre", Owner));

    [Fact]
    public void The_one_who_opens_is_owner_on_duty_and_is_told()
    {
        Assert.Equal(new StoreAgent(Owner, StoreRole.Owner, true), Open.Agent(Owner));
        Assert.Equal(new AgentNotice(Owner, AgentChange.Joined), Assert.Single(Open.Outbox));
    }

    [Fact]
    public void Another_cannot_open_the_same_store() => Refused(StoreRules.Open(Open, "Mine", Stranger), ErrorCode.StoreNotFound);

    [Fact]
    public void Only_an_owner_adds() => Refused(StoreRules.Add(Open, Stranger, Agent), ErrorCode.StoreNotFound);

    [Fact]
    public void Adding_twice_changes_nothing()
    {
        var once = Ok(StoreRules.Add(Open, Owner, Agent));
        Assert.Same(once, Ok(StoreRules.Add(once, Owner, Agent)));
    }

    [Fact]
    public void Agents_are_bounded()
    {
        var full = Enumerable.Range(1, Limits.AgentsPerStoreMax - 1)
            .Aggregate(Open, (state, i) => Ok(StoreRules.Add(state, Owner, new UserId($"agent-{i}"))));
        Refused(StoreRules.Add(full, Owner, Agent), ErrorCode.TooMany);
    }

    [Fact]
    public void The_last_owner_stays() => Refused(StoreRules.Remove(Open, Owner, Owner), ErrorCode.StoreNotFound);

    [Fact]
    public void A_removed_agent_is_told()
    {
        var removed = Ok(StoreRules.Remove(Ok(StoreRules.Add(Open, Owner, Agent)), Owner, Agent));
        Assert.Null(removed.Agent(Agent));
        Assert.Contains(new AgentNotice(Agent, AgentChange.Left), removed.Outbox);
        Assert.DoesNotContain(new AgentNotice(Agent, AgentChange.Joined), removed.Outbox);
    }

    [Fact]
    public void A_change_of_duty_does_not_hide_that_somebody_joined()
    {
        var state = Ok(StoreRules.SetDuty(Ok(StoreRules.Add(Open, Owner, Agent)), Agent, DutyState.OffDuty));
        Assert.Contains(new AgentNotice(Agent, AgentChange.Joined), state.Outbox);
        Assert.False(state.Agent(Agent)!.OnDuty);
    }

    [Fact]
    public void A_delivered_notice_hides_no_later_one()
    {
        var state = Ok(StoreRules.SetDuty(StoreRules.Delivered(Open, 1), Owner, DutyState.OffDuty));
        Assert.Equal(new AgentNotice(Owner, AgentChange.DutyChanged), Assert.Single(state.Outbox));
    }

    [Fact]
    public void Of_two_entries_the_later_has_more_changes_and_repeats_are_none()
    {
        var off = Ok(StoreRules.SetDuty(Open, Owner, DutyState.OffDuty));
        Assert.Same(off, Ok(StoreRules.SetDuty(off, Owner, DutyState.OffDuty)));
        var on = Ok(StoreRules.SetDuty(off, Owner, DutyState.OnDuty));
        Assert.Equal([0, 1, 2], [Open.Agent(Owner)!.Changes, off.Agent(Owner)!.Changes, on.Agent(Owner)!.Changes]);
    }

    [Fact]
    public void A_stranger_has_no_duty() => Refused(StoreRules.SetDuty(Open, Stranger, DutyState.OnDuty), ErrorCode.StoreNotFound);

    private static StoreState Ok(Result<StoreState> result) => result.Value ?? throw new InvalidOperationException(result.Error!.Message);

    private static void Refused(Result<StoreState> result, ErrorCode code) => Assert.Equal(code, result.Error?.Code);
}
