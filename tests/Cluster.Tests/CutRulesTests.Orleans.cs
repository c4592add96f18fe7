using Chat.Silo;

namespace Chat.Cluster.Tests;

/// <summary>Who goes when the network keeps silos apart.</summary>
public sealed class CutRulesTests
{
    private static readonly CutMember Old = new("10.0.0.3:11111", 100);
    private static readonly CutMember Middle = new("10.0.0.1:11111", 200);
    private static readonly CutMember Young = new("10.0.0.2:11111", 300);
    private static readonly CutMember[] Three = [Old, Middle, Young];

    [Fact]
    public void Nobody_goes_while_everybody_is_reached() => Assert.Empty(CutRules.MustGo(Old, Three, [Middle, Young], [], []));

    [Fact]
    public void Of_two_that_miss_each_other_the_older_one_decides_and_the_younger_goes()
    {
        Assert.Equal([Young], CutRules.MustGo(Old, Three, [Middle], [Young], []));
        Assert.Equal([Young], CutRules.MustGo(Middle, Three, [Old], [Young], [Young]));
        Assert.Empty(CutRules.MustGo(Young, Three, [Middle], [Old], [Old]));
    }

    [Fact]
    public void Of_two_that_started_at_once_exactly_one_goes()
    {
        var twin = Old with { Endpoint = "10.0.0.4:11111" };
        Assert.Equal([twin], CutRules.MustGo(Old, [Old, twin, Young], [Young], [twin], [twin]));
        Assert.Empty(CutRules.MustGo(twin, [Old, twin, Young], [Young], [Old], [Old]));
    }

    [Fact]
    public void Who_is_cut_from_half_of_the_others_or_more_leaves_it_to_them_for_a_while()
    {
        Assert.Empty(CutRules.MustGo(Old, Three, [], [Middle, Young], []));
        Assert.Empty(CutRules.MustGo(Old, [Old, Young], [], [Young], []));
        Assert.Empty(CutRules.MustGo(Old, [.. Three, new("10.0.0.9:11111", 400)], [new("10.0.0.9:11111", 400)], [Middle, Young], []));
    }

    [Fact]
    public void Where_nobody_reaches_more_than_half_the_oldest_alone_decides()
    {
        Assert.Equal([Middle, Young], CutRules.MustGo(Old, Three, [], [Middle, Young], [Middle, Young]));
        Assert.Empty(CutRules.MustGo(Middle, Three, [], [Old, Young], [Old, Young]));
        Assert.Empty(CutRules.MustGo(Young, Three, [], [Old, Middle], [Old, Middle]));
    }

    [Fact]
    public void Silos_that_find_each_other_again_one_after_the_other_harm_nobody() =>
        Assert.Empty(CutRules.MustGo(Old, Three, [], [Young], []));

    [Fact]
    public void What_is_not_active_any_more_is_nobodys_business() => Assert.Empty(CutRules.MustGo(Old, [Old, Middle], [Middle], [Young], [Young]));
}
