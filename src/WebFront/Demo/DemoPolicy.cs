using Chat.Grains;
using Chat.Grains.Shared;
using Chat.WebFront.Options;
using Microsoft.Extensions.Options;

namespace Chat.WebFront.Demo;

/// <summary>What a demo promises where nobody has set it: its people must not wait a day for what a payment service does.</summary>
internal static class DemoPolicy
{
    private static readonly TimeSpan PaymentCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Shortens the payment check and the sweep of deadlines in demo mode; what is configured stands. A front leaves the sweep
    /// alone: silos do it, at their own pace, and what is overdue is reckoned by it.
    /// </summary>
    public static void Apply(Policy policy, IServiceProvider services)
    {
        if (!IsDemo(services))
        {
            return;
        }

        var section = services.GetRequiredService<IConfiguration>().GetSection(ChatGrains.PolicySection);
        policy.OrderPaymentCheck = section[nameof(Policy.OrderPaymentCheck)] is null ? PaymentCheck : policy.OrderPaymentCheck;
        if (section[nameof(Policy.DeadlineSweep)] is null && services.GetRequiredService<IOptions<FrontOptions>>().Value.Mode != HostMode.Front)
        {
            policy.DeadlineSweep = Sweep;
        }
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
