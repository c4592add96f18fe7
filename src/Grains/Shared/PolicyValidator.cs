using Microsoft.Extensions.Options;

namespace Chat.Grains.Shared;

/// <summary>What no single range can say. Every fault is named, not only the first.</summary>
internal sealed class PolicyValidator : IValidateOptions<Policy>
{
    public ValidateOptionsResult Validate(string? name, Policy options)
    {
        var faults = new List<string>();
        if (options.PresenceRenewal * 3 > options.PresenceLease)
        {
            faults.Add($"{nameof(Policy.PresenceRenewal)} must be at most a third of {nameof(Policy.PresenceLease)}: one lost renewal must not end a lease.");
        }

        if (options.FrontRenewal * 2 > options.FrontLease)
        {
            faults.Add($"{nameof(Policy.FrontRenewal)} must be at most half of {nameof(Policy.FrontLease)}.");
        }

        if (options.ReplyPromptWithin >= options.ReplyWindow)
        {
            faults.Add($"{nameof(Policy.ReplyPromptWithin)} must be shorter than {nameof(Policy.ReplyWindow)}.");
        }

        if (options.OrderDelivery > options.OrderDeliveryMax)
        {
            faults.Add($"{nameof(Policy.OrderDelivery)} must be at most {nameof(Policy.OrderDeliveryMax)}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
