using System.Collections.Immutable;
using Chat.Grains.Accounts;
using Chat.Grains.Shared;

namespace Chat.Grains.Tests.Accounts;

public sealed class AttemptRulesTests
{
    private static readonly Policy Policy = new() { SignInAttempts = 3, SignInWindow = TimeSpan.FromMinutes(5) };
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_full_window_refuses_and_says_when_to_come_back()
    {
        ImmutableQueue<DateTimeOffset> attempts = [];
        for (var i = 0; i < 3; i++)
        {
            (attempts, var error) = AttemptRules.Begin(attempts, Noon.AddMinutes(i), Policy);
            Assert.Null(error);
        }

        (attempts, var refused) = AttemptRules.Begin(attempts, Noon.AddMinutes(3), Policy);
        Assert.Equal((ErrorCode.TooManyAttempts, TimeSpan.FromMinutes(2)), (refused!.Code, refused.RetryAfter!.Value));
        Assert.Null(AttemptRules.Begin(attempts, Noon.AddMinutes(5), Policy).Error);
    }
}
