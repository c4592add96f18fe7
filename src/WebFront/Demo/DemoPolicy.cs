using Chat.Grains;
using Chat.Grains.Shared;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Demo;

/// <summary>What a demo promises where nobody has set it: its people must not wait a day for what a payment service does.</summary>
internal static class DemoPolicy
{
    private static readonly TimeSpan PaymentCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    /// <summary>Shortens the payment check and the sweep of deadlines in demo mode; what is configured stands.</summary>
    public static void Apply(Policy policy, IServiceProvider services)
    {
        if (!IsDemo(services))
        {
            return;
        }

        var section = services.GetRequiredService<IConfiguration>().GetSection(ChatGrains.PolicySection);
        policy.OrderPaymentCheck = section[nameof(Policy.OrderPaymentCheck)] is null ? PaymentCheck : policy.OrderPaymentCheck;
        policy.DeadlineSweep = section[nameof(Policy.DeadlineSweep)] is null ? Sweep : policy.DeadlineSweep;
    }

    /// <summary>Settings that are wrong elsewhere are named by their own check; they must not keep the policy's from being named.</summary>
    private static bool IsDemo(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<DemoMode>().IsOn;
        }
        catch (OptionsValidationException)
        {
            return false;
        }
    }
}
