using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Http;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Writes by InfluxDB's v2 write API, compressed.</summary>
public sealed class HttpSeriesTransport : SeriesTransport
{
    private const int MaxAnswer = 64 * 1_024;

    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <summary>Builds the transport; nothing is sent yet.</summary>
    public HttpSeriesTransport(IOptions<InfluxOptions> options, TimeProvider clock)
        : base(options.Value, clock)
    {
        _address = new Uri($"{Options.Url!.TrimEnd('/')}/api/v2/write?org={Uri.EscapeDataString(Options.Org!)}&bucket={Uri.EscapeDataString(Options.Bucket!)}&precision=ns");
        _http = new(CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", Options.Token);
    }

    /// <inheritdoc/>
    protected override async Task<SeriesOutcome> SendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Compress(lines) };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? SeriesOutcome.Written
            : SeriesOutcome.FromHttp(
                (int)response.StatusCode, MessageOf(await HttpAnswer.ReadBeginningAsync(response.Content, MaxAnswer, cancellationToken).ConfigureAwait(false)),
                HttpAnswer.Wait(response.Headers.RetryAfter, Clock.GetUtcNow()), Options);
    }

    /// <inheritdoc/>
    protected override SeriesOutcome? Explain(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => SeriesOutcome.Unreachable("the name of Influx:Url cannot be resolved"),
        HttpRequestException request => SeriesOutcome.Unreachable(HttpAnswer.WhyNotConnected(request) ?? "the connection broke"),
        IOException => SeriesOutcome.Unreachable("the connection broke"),
        _ => null,
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _http.Dispose();

    private static ByteArrayContent Compress(ReadOnlyMemory<byte> lines)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.Span);
        }

        var content = new ByteArrayContent(compressed.GetBuffer(), 0, (int)compressed.Length);
        content.Headers.ContentType = new("text/plain") { CharSet = "utf-8" };
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    /// <summary>The message in an answer: 2.x and 3.x say <c>message</c>, 1.x says <c>error</c>, a proxy says what it likes.</summary>
    private static string MessageOf(string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var name in (ReadOnlySpan<string>)["message", "error"])
                {
                    if (json.RootElement.TryGetProperty(name, out var message) && message.ValueKind == JsonValueKind.String)
                    {
                        return message.GetString()!;
                    }
                }
            }
        }
        catch (JsonException)
        {
            // No JSON: the answer is the message.
        }

        return answer;
    }
}
