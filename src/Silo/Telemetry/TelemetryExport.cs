using System.Diagnostics;
using Chat.Grains.Cluster;
using Chat.Grains.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Chat.Silo.Telemetry;

/// <summary>
/// What leaves the process: metrics and traces by OTLP where an endpoint is set, metrics for scrapes where a port is. Where
/// neither is, no provider is made, and every instrument and span costs one look at an empty list of listeners.
/// </summary>
public sealed class TelemetryExport : IHostedService, IDisposable
{
    /// <summary>Meters whose figures are exported: ours, those of the grain host, and the platform's.</summary>
    private static readonly string[] Meters =
        ["Chat.*", "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly TelemetryOptions _options;
    private readonly IConfiguration _configuration;
    private readonly ProcessName _name;
    private readonly MetricsScrape? _scrape;
    private MeterProvider? _meters;
    private TracerProvider? _traces;

    internal TelemetryExport(IOptions<TelemetryOptions> options, IConfiguration configuration, ProcessName name)
    {
        _options = options.Value;
        _name = name;
        _configuration = new ConfigurationBuilder().AddConfiguration(configuration)
            .AddInMemoryCollection(_options.OtlpEndpoint is { Length: > 0 } endpoint ? [KeyValuePair.Create(OtlpVariable, (string?)endpoint)] : [])
            .Build();
        _scrape = name.IsScraped || _options.MetricsPort > 0 ? new MetricsScrape() : null;
    }

    private bool Sends => !string.IsNullOrEmpty(_configuration[OtlpVariable]);

    /// <summary>Whether grain calls must carry their span: traces are exported, so a call's span may be kept.</summary>
    public static bool Traces(IConfiguration configuration)
    {
        var section = configuration.GetSection(TelemetryOptions.Section);
        return section.GetValue(nameof(TelemetryOptions.TraceRatio), new TelemetryOptions().TraceRatio) > 0
            && (!string.IsNullOrEmpty(section[nameof(TelemetryOptions.OtlpEndpoint)]) || !string.IsNullOrEmpty(configuration[OtlpVariable]));
    }

    /// <summary>The text for Prometheus; empty where nobody may scrape.</summary>
    public string Scrape() => _scrape?.Read() ?? string.Empty;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Sends || _scrape is not null)
        {
            var meters = Sdk.CreateMeterProviderBuilder().ConfigureServices(UseConfiguration).SetResourceBuilder(Resource()).AddMeter(Meters);
            if (_scrape is not null)
            {
                meters.AddReader(new BaseExportingMetricReader(_scrape));
            }

            _meters = (Sends ? meters.AddOtlpExporter() : meters).Build();
        }

        if (Sends && _options.TraceRatio > 0)
        {
            _traces = Sdk.CreateTracerProviderBuilder().ConfigureServices(UseConfiguration).SetResourceBuilder(Resource())
                .AddSource(ChatTracing.SourceName, "Microsoft.Orleans.Application")
                .SetSampler(new CallSampler(_options.TraceRatio))
                .AddOtlpExporter()
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what waits, and ends.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _meters?.Dispose();
    }

    private void UseConfiguration(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton(_configuration));

    private ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService(_name.Service, "chat", ProgramVersion.Text, autoGenerateServiceInstanceId: false, $"{Environment.MachineName}-{Environment.ProcessId}")
        .AddEnvironmentVariableDetector();

    /// <summary>A trace begins with a call of a person and with nothing else; all other spans only follow one.</summary>
    private sealed class CallSampler(double ratio) : Sampler
    {
        private readonly TraceIdRatioBasedSampler _some = new(ratio);

        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
        {
            var parent = samplingParameters.ParentContext;
            if (parent.TraceId != default)
            {
                return new SamplingResult((parent.TraceFlags & ActivityTraceFlags.Recorded) != 0);
            }

            var begins = samplingParameters.Name.StartsWith(ChatTracing.HubPrefix, StringComparison.Ordinal)
                || samplingParameters.Name.StartsWith(ChatTracing.ApiPrefix, StringComparison.Ordinal);
            return begins ? _some.ShouldSample(samplingParameters) : new SamplingResult(SamplingDecision.Drop);
        }
    }
}

/// <summary>What a process is called where its telemetry goes.</summary>
/// <param name="Service">Its service name, unless <c>OTEL_SERVICE_NAME</c> gives another.</param>
/// <param name="IsScraped">Whether it has a private port of its own on which scrapes are answered anyway.</param>
internal sealed record ProcessName(string Service, bool IsScraped);

/// <summary>Registers telemetry.</summary>
public static class TelemetryServices
{
    /// <summary>Adds what exports metrics and traces, for a process of this service name.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="service">The process's service name.</param>
    /// <param name="isScraped">Whether it has a private port of its own on which scrapes are answered anyway.</param>
    public static IServiceCollection AddChatTelemetry(this IServiceCollection services, string service, bool isScraped)
    {
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>());
        services.AddSingleton(provider => new TelemetryExport(
            provider.GetRequiredService<IOptions<TelemetryOptions>>(), provider.GetRequiredService<IConfiguration>(), new ProcessName(service, isScraped)));
        return services.AddHostedService(provider => provider.GetRequiredService<TelemetryExport>());
    }

    /// <summary>Adds the web server of <see cref="TelemetryOptions.MetricsPort"/>, for a process whose other port is public.</summary>
    public static IServiceCollection AddMetricsPort(this IServiceCollection services)
    {
        services.AddSingleton<MetricsServer>();
        return services.AddHostedService(provider => provider.GetRequiredService<MetricsServer>());
    }
}
