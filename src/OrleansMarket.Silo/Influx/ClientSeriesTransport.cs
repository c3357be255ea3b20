using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Silo.Influx;

/// <summary>
/// Writes by InfluxDB's own client, compressed. Only its plain asynchronous writing is used: batching, order and patience are the spool's. Its HTTP
/// client is ours, without tracing, cookies or redirects, because the token travels in a header.
/// </summary>
internal sealed class ClientSeriesTransport : ISeriesTransport, IDisposable
{
    private readonly InfluxOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly InfluxDBClient _client;
    private readonly WriteApiAsync _writing;

    /// <summary>Builds the transport; nothing is sent yet.</summary>
    public ClientSeriesTransport(IOptions<InfluxOptions> options, TimeProvider clock)
    {
        (_options, _clock) = (options.Value, clock);
        _http = new HttpClient(new RetryAfterInSeconds(clock, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // Without a propagator no activity is begun, and so no span of ours goes to the server.
            ActivityHeadersPropagator = null,
            ConnectTimeout = _options.Timeout,
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client = new InfluxDBClient(InfluxDBClientOptions.Builder.CreateNew()
            .Url(_options.Url).AuthenticateToken(_options.Token).Org(_options.Org).Bucket(_options.Bucket).SetHttpClient(_http).Build());
        _client.EnableGzip();
        _writing = _client.GetWriteApiAsync();
    }

    /// <inheritdoc/>
    public async Task<SeriesOutcome> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _writing.WriteRecordAsync(Encoding.UTF8.GetString(lines.Span[..^1]), WritePrecision.Ns, cancellationToken: either.Token);
            return SeriesOutcome.Written;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (patience.IsCancellationRequested)
        {
            return SeriesOutcome.Unreachable(string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.Timeout.TotalSeconds} s"));
        }
        catch (HttpException exception) when (exception.Status >= 300)
        {
            return SeriesOutcome.FromHttp(exception.Status, exception.Message, exception.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, _options);
        }
        catch (Exception exception) when (exception is InfluxException or HttpRequestException or IOException or OperationCanceledException)
        {
            // Its text may quote the request.
            return SeriesOutcome.Unreachable("no connection, or it broke");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
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
