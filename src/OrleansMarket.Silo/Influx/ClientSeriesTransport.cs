using System.Net.Http.Headers;
using System.Text;
using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Silo.Influx;

/// <summary>
/// Writes by InfluxDB's own client, compressed. Only its plain asynchronous writing is used: batching, order and patience are the spool's, and its
/// connections are ours.
/// </summary>
internal sealed class ClientSeriesTransport : SeriesTransport
{
    private readonly HttpClient _http;
    private readonly InfluxDBClient _client;
    private readonly WriteApiAsync _writing;

    /// <summary>Builds the transport; nothing is sent yet.</summary>
    public ClientSeriesTransport(IOptions<InfluxOptions> options, TimeProvider clock)
        : base(options.Value, clock)
    {
        _http = new HttpClient(new RetryAfterInSeconds(Clock, CreateHandler())) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new InfluxDBClient(InfluxDBClientOptions.Builder.CreateNew()
            .Url(Options.Url).AuthenticateToken(Options.Token).Org(Options.Org).Bucket(Options.Bucket).SetHttpClient(_http).Build());
        _client.EnableGzip();
        _writing = _client.GetWriteApiAsync();
    }

    /// <inheritdoc/>
    protected override async Task<SeriesOutcome> SendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        await _writing.WriteRecordAsync(Encoding.UTF8.GetString(lines.Span[..^1]), WritePrecision.Ns, cancellationToken: cancellationToken);
        return SeriesOutcome.Written;
    }

    /// <inheritdoc/>
    protected override SeriesOutcome? Explain(Exception exception) => exception switch
    {
        HttpException { Status: >= 300 } answer =>
            SeriesOutcome.FromHttp(answer.Status, answer.Message, answer.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Options),
        // Its text may quote the request.
        InfluxException or HttpRequestException or IOException => SeriesOutcome.Unreachable("no connection, or it broke"),
        _ => null,
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _client.Dispose();
        _http.Dispose();
    }

    /// <summary>The client reads <c>Retry-After</c> as a number only; HTTP allows a date too.</summary>
    private sealed class RetryAfterInSeconds(TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.RetryAfter is { Date: { } date })
            {
                var seconds = Math.Clamp(Math.Ceiling((date - clock.GetUtcNow()).TotalSeconds), 0, 86_400);
                response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
            }

            return response;
        }
    }
}
