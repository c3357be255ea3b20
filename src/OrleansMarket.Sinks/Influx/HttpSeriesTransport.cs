using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Sinks.Influx;

/// <summary>
/// Writes by InfluxDB's v2 write API, compressed. It has a client of its own, without logging, tracing, cookies or redirects, because the
/// token travels in a header.
/// </summary>
public sealed class HttpSeriesTransport : ISeriesTransport, IDisposable
{
    private const int MaxAnswer = 64 * 1_024;

    private readonly HttpClient _http;
    private readonly InfluxOptions _options;
    private readonly TimeProvider _clock;
    private readonly Uri _address;

    /// <summary>Builds the transport; nothing is sent yet.</summary>
    public HttpSeriesTransport(IOptions<InfluxOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _clock) = (options.Value, clock);
        _address = new Uri($"{_options.Url!.TrimEnd('/')}/api/v2/write?org={Uri.EscapeDataString(_options.Org!)}&bucket={Uri.EscapeDataString(_options.Bucket!)}&precision=ns");
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // Without a propagator no activity is begun, and so no span of ours goes to the server.
            ActivityHeadersPropagator = null,
            ConnectTimeout = _options.Timeout,
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", _options.Token);
    }

    /// <inheritdoc/>
    public async Task<SeriesOutcome> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Compress(lines) };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? SeriesOutcome.Written
                : SeriesOutcome.FromHttp(
                    (int)response.StatusCode, MessageOf(await ReadAsync(response.Content, either.Token).ConfigureAwait(false)),
                    RetryAfter(response.Headers.RetryAfter), _options);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return SeriesOutcome.Unreachable(string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.Timeout.TotalSeconds} s"));
        }
        catch (HttpRequestException exception)
        {
            return SeriesOutcome.Unreachable(exception.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "the name of Influx:Url cannot be resolved",
                HttpRequestError.ConnectionError => "no connection",
                HttpRequestError.SecureConnectionError => "no secure connection",
                HttpRequestError.ProxyTunnelError => "no connection through the proxy",
                _ => "the connection broke",
            });
        }
        catch (IOException)
        {
            return SeriesOutcome.Unreachable("the connection broke");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

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

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, MaxAnswer, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, length);
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

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - _clock.GetUtcNow() : null);
}
