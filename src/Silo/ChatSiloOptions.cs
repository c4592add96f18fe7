using System.Net;
using Microsoft.Extensions.Options;

namespace Chat.Silo;

/// <summary>How a silo takes part in a cluster. Bound from the configuration section <see cref="Section"/>.</summary>
public sealed class ChatSiloOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chat:Silo";

    /// <summary>Port for other silos. 1 to 65,535; default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for front ends (Orleans clients). 1 to 65,535, or 0 for none; default 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The address others reach this silo at; also the one it listens on. Null: the host's first address that is not loopback.</summary>
    public string? AdvertisedIP { get; set; }

    /// <summary>Port of <c>/health/live</c> and <c>/health/ready</c>, on all addresses. 1 to 65,535; default 8081. Nodes answer on their web port instead.</summary>
    public int HealthPort { get; set; } = 8081;

    /// <summary>Silos and fronts with the same value, on the same database, are one cluster. 1 to 100 characters; default <c>chat</c>.</summary>
    public string ClusterId { get; set; } = "chat";

    /// <summary>Grain state is stored under it: changing it hides all state. 1 to 100 characters; default <c>chat</c>.</summary>
    public string ServiceId { get; set; } = "chat";
}

/// <summary>Names every setting that is out of range, not only the first.</summary>
internal sealed class ChatSiloOptionsValidator : IValidateOptions<ChatSiloOptions>
{
    public ValidateOptionsResult Validate(string? name, ChatSiloOptions options)
    {
        var errors = new List<string>();
        CheckPort(errors, nameof(options.SiloPort), options.SiloPort, 1);
        CheckPort(errors, nameof(options.GatewayPort), options.GatewayPort, 0);
        CheckPort(errors, nameof(options.HealthPort), options.HealthPort, 1);
        CheckDistinct(errors, options);
        CheckId(errors, nameof(options.ClusterId), options.ClusterId);
        CheckId(errors, nameof(options.ServiceId), options.ServiceId);
        if (options.AdvertisedIP is { } text && !IPAddress.TryParse(text, out _))
        {
            errors.Add($"{ChatSiloOptions.Section}:{nameof(options.AdvertisedIP)} is '{text}'; it is an IP address, or left out.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckPort(List<string> errors, string name, int port, int min)
    {
        if (port < min || port > IPEndPoint.MaxPort)
        {
            errors.Add($"{ChatSiloOptions.Section}:{name} is {port}; it is {min} to {IPEndPoint.MaxPort}.");
        }
    }

    private static void CheckDistinct(List<string> errors, ChatSiloOptions options)
    {
        if (options.SiloPort == options.GatewayPort || options.SiloPort == options.HealthPort || options.GatewayPort == options.HealthPort)
        {
            errors.Add($"{ChatSiloOptions.Section}: SiloPort, GatewayPort and HealthPort must differ; they are "
                + $"{options.SiloPort}, {options.GatewayPort} and {options.HealthPort}.");
        }
    }

    private static void CheckId(List<string> errors, string name, string? id)
    {
        if (string.IsNullOrWhiteSpace(id) || id.Length > 100)
        {
            errors.Add($"{ChatSiloOptions.Section}:{name} is '{id}'; it is 1 to 100 characters.");
        }
    }
}
