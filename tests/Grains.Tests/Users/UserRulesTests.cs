using Chat.Grains.Shared;
using Chat.Grains.Users;

namespace Chat.Grains.Tests.Users;

public sealed class UserRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("  Łukasz Wiśniewski ", "Łukasz Wiśniewski")]
    [InlineData("李娜", "李娜")]
    [InlineData("", null)]
    [InlineData("   ", null)]
    [InlineData("a\nb", null)]
    public void Names_are_trimmed_or_refused(string text, string? name)
    {
        var result = UserRules.DisplayName(text);
        Assert.Equal(name, result.Value);
        Assert.Equal(name is null ? ErrorCode.BadName : null, result.Error?.Code);
    }

    /// <summary>Not a row of the table above: a test's display name cannot carry half a surrogate pair.</summary>
    [Fact]
    public void Half_a_surrogate_pair_is_no_name() => Assert.Equal(ErrorCode.BadName, UserRules.DisplayName("a\uD83E").Error?.Code);

    [Fact]
    public void Names_are_counted_in_code_points()
    {
        Assert.True(UserRules.DisplayName(string.Concat(Enumerable.Repeat("🫖", Limits.DisplayNameCodePointsMax))).IsOk);
        Assert.False(UserRules.DisplayName(new string('a', Limits.DisplayNameCodePointsMax + 1)).IsOk);
    }

    [Fact]
    public void The_oldest_session_ends_when_there_are_too_many()
    {
        var state = new UserState();
        for (var i = 0; i < Limits.SessionsPerUserMax; i++)
        {
            (state, var none) = UserRules.OpenSession(state, $"s{i}", Noon.AddHours(1), Noon);
            Assert.Null(none);
        }

        (state, var ended) = UserRules.OpenSession(state, "new", Noon.AddHours(1), Noon);
        Assert.Equal("s0", ended);
        Assert.Equal(Limits.SessionsPerUserMax, state.Sessions.Length);
    }

    [Fact]
    public void Opening_a_known_session_extends_it()
    {
        var (state, _) = UserRules.OpenSession(new UserState(), "s", Noon.AddHours(1), Noon);
        (state, _) = UserRules.OpenSession(state, "s", Noon.AddHours(2), Noon);
        Assert.Equal(new SessionEntry("s", Noon.AddHours(2)), Assert.Single(state.Sessions));
    }

    [Fact]
    public void Expired_sessions_are_dropped()
    {
        var (state, _) = UserRules.OpenSession(new UserState(), "old", Noon.AddHours(1), Noon);
        (state, _) = UserRules.OpenSession(state, "new", Noon.AddHours(9), Noon.AddHours(2));
        Assert.Equal(["new"], state.Sessions.Select(session => session.Id));
    }
}
