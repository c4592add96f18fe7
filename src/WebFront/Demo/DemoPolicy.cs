using Chat.Grains;
using Chat.Grains.Shared;

namespace Chat.WebFront.Demo;

/// <summary>What a demo promises where nobody has set it: its people must not wait a day for what a payment service does.</summary>
internal static class DemoPolicy
{
    private static readonly TimeSpan PaymentCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    /// <summary>Shortens the payment check and the sweep of deadlines in demo mode; what is configured stands.</summary>
    public static void Apply(Policy policy, DemoMode demo, IConfiguration configuration)
    {
        if (!demo.IsOn)
        {
            return;
        }

        var section = configuration.GetSection(ChatGrains.PolicySection);
        policy.OrderPaymentCheck = section[nameof(Policy.OrderPaymentCheck)] is null ? PaymentCheck : policy.OrderPaymentCheck;
        policy.DeadlineSweep = section[nameof(Policy.DeadlineSweep)] is null ? Sweep : policy.DeadlineSweep;
    }
}
