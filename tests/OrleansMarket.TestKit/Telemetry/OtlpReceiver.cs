using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansMarket.TestKit.Telemetry;

/// <summary>Takes traces and metrics by OTLP (http/protobuf) on loopback and keeps what they say.</summary>
/// <remarks>Source: opentelemetry-proto, <c>trace.proto</c>, <c>metrics.proto</c>, <c>common.proto</c>; "OTLP Specification", OTLP/HTTP.</remarks>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>Gets the address for <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string Endpoint => _app.Urls.First();

    /// <summary>Gets every span in order of arrival.</summary>
    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>Gets the names of the metrics that arrived.</summary>
    public ConcurrentDictionary<string, bool> Metrics { get; } = new();

    /// <summary>Gets what the sender says of itself.</summary>
    public ConcurrentDictionary<string, string> Resource { get; } = new();

    /// <summary>Starts it on a free port.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var app = LoopbackServer.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", context => TakeAsync(context, receiver.TakeSpans));
        app.MapPost("/v1/metrics", context => TakeAsync(context, receiver.TakeMetrics));
        await app.StartAsync();
        return receiver;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, Action<byte[]> take)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        take(body.ToArray());
        context.Response.ContentType = "application/x-protobuf"; // an empty answer: everything was taken
    }

    private void TakeSpans(byte[] request)
    {
        foreach (var resource in ProtobufFields.Of(request).Messages(1))
        {
            TakeResource(resource);
            foreach (var scope in resource.Messages(2))
            {
                foreach (var span in scope.Messages(2))
                {
                    Spans.Enqueue(new OtlpSpan(
                        span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), (long)span.Number(7), (long)span.Number(8), Attributes(span, 9),
                        [.. span.Messages(13).Select(link => link.Hex(1))]));
                }
            }
        }
    }

    private void TakeMetrics(byte[] request)
    {
        foreach (var metric in ProtobufFields.Of(request).Messages(1).SelectMany(resource => resource.Messages(2)).SelectMany(scope => scope.Messages(2)))
        {
            Metrics[metric.Text(1)] = true;
        }
    }

    private void TakeResource(ProtobufFields resource)
    {
        foreach (var (name, value) in resource.Messages(1).SelectMany(told => Attributes(told, 1)))
        {
            Resource[name] = value;
        }
    }

    private static Dictionary<string, string> Attributes(ProtobufFields message, int field) => message.Messages(field).ToDictionary(
        pair => pair.Text(1), pair => pair.Messages(2).First() is var value && value.Has(1) ? value.Text(1) : value.Number(3).ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>A span as it arrived.</summary>
/// <param name="TraceId">The trace, hexadecimal.</param>
/// <param name="SpanId">Itself.</param>
/// <param name="ParentId">What it belongs to; empty for a root.</param>
/// <param name="Name">What was done.</param>
/// <param name="StartNanos">When it began, ns since 1970.</param>
/// <param name="EndNanos">When it ended.</param>
/// <param name="Attributes">What is known of it.</param>
/// <param name="Links">The other traces it belongs to.</param>
public sealed record OtlpSpan(
    string TraceId, string SpanId, string ParentId, string Name, long StartNanos, long EndNanos, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links);
