using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using static Chat.Tests.Support.ProtobufReader;

namespace Chat.Tests.Support;

/// <summary>A span as it arrived.</summary>
internal sealed record ReceivedSpan(string Service, string Trace, string Id, string Parent, string Name, IReadOnlyList<string> Links, ulong Start, ulong End);

/// <summary>An instrument as it arrived: its kind is <c>gauge</c>, <c>sum</c> or <c>histogram</c>.</summary>
internal sealed record ReceivedMetric(string Service, string Meter, string Name, string Unit, string Kind, int Points);

/// <summary>
/// What stands where a collector would: takes OTLP over gRPC on one port and over HTTP on another, as the public protocol
/// definition says, and keeps what it was sent. Its HTTP/2, its frames and its reading of protobuf share no line with the exporter.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const string Traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const string Metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<byte[]> _raw = new();
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentQueue<ReceivedMetric> _metrics = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(GrpcPort, port => port.Protocols = HttpProtocols.Http2);
            kestrel.ListenLocalhost(HttpPort, port => port.Protocols = HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.MapPost(Traces, context => TakeGrpc(context, TakeTraces));
        _app.MapPost(Metrics, context => TakeGrpc(context, TakeMetrics));
        _app.MapPost("/v1/traces", context => TakeHttp(context, TakeTraces));
        _app.MapPost("/v1/metrics", context => TakeHttp(context, TakeMetrics));
    }

    /// <summary>Where OTLP over gRPC is taken.</summary>
    public string Grpc => $"http://localhost:{GrpcPort}";

    /// <summary>Where OTLP over HTTP is taken.</summary>
    public string Http => $"http://localhost:{HttpPort}";

    /// <summary>Every request's payload.</summary>
    public IReadOnlyList<byte[]> Raw => [.. _raw];

    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    public IReadOnlyList<ReceivedMetric> Instruments => [.. _metrics];

    private int GrpcPort { get; } = FreePorts.Next();

    private int HttpPort { get; } = FreePorts.Next();

    public static async Task<OtlpReceiver> Start()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>A frame is a byte that tells of compression, four of length, and the message; the answer is an empty message.</summary>
    private static async Task TakeGrpc(HttpContext context, Action<byte[]> take)
    {
        var frame = await Body(context);
        if (frame[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(1)) != frame.Length - 5)
        {
            throw new InvalidDataException("This is no single, uncompressed gRPC message.");
        }

        take(frame[5..]);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task TakeHttp(HttpContext context, Action<byte[]> take)
    {
        take(await Body(context));
        context.Response.ContentType = "application/x-protobuf";
    }

    private static async Task<byte[]> Body(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    /// <summary>ExportTraceServiceRequest: resource_spans 1 of resource 1 and scope_spans 2, of which spans 2.</summary>
    private void TakeTraces(byte[] message)
    {
        _raw.Enqueue(message);
        foreach (var resource in All(message, 1))
        {
            var service = ServiceOf(resource);
            foreach (var span in All(resource, 2).SelectMany(scope => All(scope, 2)))
            {
                _spans.Enqueue(new ReceivedSpan(
                    service, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), [.. All(span, 13).Select(link => Hex(link, 1))],
                    Fields(span).Single(one => one.Field == 7).Number, Fields(span).Single(one => one.Field == 8).Number));
            }
        }
    }

    /// <summary>ExportMetricsServiceRequest: resource_metrics 1 of resource 1 and scope_metrics 2, of which scope 1 and metrics 2.</summary>
    private void TakeMetrics(byte[] message)
    {
        _raw.Enqueue(message);
        foreach (var resource in All(message, 1))
        {
            var service = ServiceOf(resource);
            foreach (var scope in All(resource, 2))
            {
                var meter = Text(All(scope, 1).Single(), 1);
                foreach (var metric in All(scope, 2))
                {
                    var data = Fields(metric).Single(one => one.Field is 5 or 7 or 9);
                    _metrics.Enqueue(new ReceivedMetric(
                        service, meter, Text(metric, 1), Text(metric, 3), data.Field switch { 5 => "gauge", 7 => "sum", _ => "histogram" }, All(data.Bytes, 1).Count()));
                }
            }
        }
    }

    /// <summary>Resource 1, its attributes 1: key 1 and value 2, whose text is field 1.</summary>
    private static string ServiceOf(ReadOnlyMemory<byte> resource) => All(All(resource, 1).Single(), 1)
        .Where(attribute => Text(attribute, 1) == "service.name").Select(attribute => Text(All(attribute, 2).Single(), 1)).Single();
}
