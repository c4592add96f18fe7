using System.Net;
using Microsoft.Extensions.Options;

namespace Chat.Silo.Telemetry;

/// <summary>How a process is watched. Bound from the configuration section <see cref="Section"/>; docs/operating.md tells more.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chat:Telemetry";

    /// <summary>
    /// Where metrics and traces are sent by OTLP, such as <c>http://collector:4317</c>. Default: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>;
    /// without either nothing is sent. Protocol, headers and intervals are those of the standard <c>OTEL_</c> variables.
    /// </summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>Of how many calls of people the trace is kept, from 0 (no tracing at all) to 1. Default 0.01; needs an OTLP endpoint.</summary>
    public double TraceRatio { get; set; } = 0.01;

    /// <summary>
    /// Port of <c>/metrics</c> for Prometheus on a front or node; never the port that browsers use. 1 to 65,535, or 0 for none;
    /// default 0. A silo answers on its health port.
    /// </summary>
    public int MetricsPort { get; set; }

    /// <summary>The address <see cref="MetricsPort"/> listens on. Default: this machine only.</summary>
    public string MetricsAddress { get; set; } = "127.0.0.1";

    /// <summary>Whether log lines are JSON with their scopes (trace, connection) in place of text. Default no.</summary>
    public bool JsonLogs { get; set; }

    /// <summary>
    /// Whether the Orleans Dashboard is shown: below <c>/dashboard</c> on a silo's health port, and on <c>MetricsPort</c> of a node
    /// or single process; only operators should know the way there. Default no; means nothing on a front and on the embedded host.
    /// </summary>
    public bool Dashboard { get; set; }
}

/// <summary>Names every setting that is out of range.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var errors = new List<string>();
        if (options.OtlpEndpoint is { Length: > 0 } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            errors.Add($"{TelemetryOptions.Section}:{nameof(options.OtlpEndpoint)} is '{endpoint}'; it is an http or https address.");
        }

        if (options.TraceRatio is not (>= 0 and <= 1))
        {
            errors.Add($"{TelemetryOptions.Section}:{nameof(options.TraceRatio)} is {options.TraceRatio}; it is 0 to 1.");
        }

        if (options.MetricsPort is < 0 or > IPEndPoint.MaxPort)
        {
            errors.Add($"{TelemetryOptions.Section}:{nameof(options.MetricsPort)} is {options.MetricsPort}; it is 0 to {IPEndPoint.MaxPort}.");
        }

        if (!IPAddress.TryParse(options.MetricsAddress, out _))
        {
            errors.Add($"{TelemetryOptions.Section}:{nameof(options.MetricsAddress)} is '{options.MetricsAddress}'; it is an IP address.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
