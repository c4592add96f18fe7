using Chat.Grains.Settings;
using Microsoft.Extensions.Options;

namespace Chat.Grains.Shared;

/// <summary>Each figure in its range, and what no single range can say. Every fault is named, not only the first.</summary>
internal sealed class PolicyValidator : IValidateOptions<Policy>
{
    public ValidateOptionsResult Validate(string? name, Policy options)
    {
        var faults = new List<string>();
        SettingRanges.Check(ChatGrains.PolicySection, options, faults);
        if (options.PresenceRenewal * 3 > options.PresenceLease)
        {
            Between(nameof(Policy.PresenceRenewal), options.PresenceRenewal, "at most a third of", nameof(Policy.PresenceLease), options.PresenceLease);
        }

        if (options.FrontRenewal * 2 > options.FrontLease)
        {
            Between(nameof(Policy.FrontRenewal), options.FrontRenewal, "at most half of", nameof(Policy.FrontLease), options.FrontLease);
        }

        if (options.ReplyPromptWithin >= options.ReplyWindow)
        {
            Between(nameof(Policy.ReplyPromptWithin), options.ReplyPromptWithin, "shorter than", nameof(Policy.ReplyWindow), options.ReplyWindow);
        }

        if (options.OrderDelivery > options.OrderDeliveryMax)
        {
            Between(nameof(Policy.OrderDelivery), options.OrderDelivery, "at most", nameof(Policy.OrderDeliveryMax), options.OrderDeliveryMax);
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Between(string setting, TimeSpan value, string relation, string other, TimeSpan bound) =>
            faults.Add($"{ChatGrains.PolicySection}:{setting} is {value}; it is {relation} {ChatGrains.PolicySection}:{other}, which is {bound}.");
    }
}
