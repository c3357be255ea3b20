using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansMarket.Domain.Pipeline;
using Polly;
using Polly.Timeout;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Sends GET requests to one source at its pace, and judges the answers: what a source says of limits, bans and location is a time to stay away.</summary>
internal sealed class PriceHttp
{
    private const int LongestMessage = 160;
    private static readonly TimeSpan LongestBan = TimeSpan.FromDays(3);
    private static readonly TimeSpan UnknownLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnknownBan = TimeSpan.FromMinutes(2);

    // Bybit asks for ten minutes after its 403; a firewall's 403 anywhere only gets worse by asking on.
    private static readonly TimeSpan FirewallPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RestrictionLasts = TimeSpan.FromHours(1);

    private readonly string _source;
    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly RequestPace _pace;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline _patience;
    private readonly string _userAgent;
    private readonly (string Name, string Value)? _key;
    private long _stayAwayUntilTicks;

    public PriceHttp(string source, HttpClient http, PriceSourceOptions options, string userAgent, TimeProvider clock, (string Name, string Value)? key = null)
    {
        (_source, _http, _userAgent, _clock, _key) = (source, http, userAgent, clock, key);
        _root = options.Endpoint ?? throw new ArgumentException($"{PriceOptions.SectionName}:{source}:Endpoint: expected an address, found none", nameof(options));
        _pace = new RequestPace(options.RequestsPerSecond, options.Burst, clock);
        _patience = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(options.Timeout).Build();
        Timeout = options.Timeout;
    }

    public TimeSpan Timeout { get; }

    /// <summary>
    /// Sends one request. The answer is JSON; with status 400, 404 or 422 it may be none (undefined), since then the status says enough: the source does not know what was asked for.
    /// </summary>
    /// <exception cref="ExchangeUnavailableException">There is no answer to read; says for how long to stay away if the source has said so.</exception>
    public async Task<SourceDocument> GetAsync(string pathAndQuery, CancellationToken cancellationToken)
    {
        await _pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (new DateTimeOffset(Interlocked.Read(ref _stayAwayUntilTicks), TimeSpan.Zero) - _clock.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            // Told so a moment ago, to another request of the same round.
            throw Fail("not asked: it wants to be left alone", left);
        }

        var started = _clock.GetTimestamp();
        try
        {
            return await _patience.ExecuteAsync(async token => await SendAsync(pathAndQuery, started, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException exception)
        {
            throw Fail($"no answer within {Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s", null, exception);
        }
        catch (HttpRequestException exception)
        {
            throw Fail(Describe(exception), null, exception);
        }
        catch (IOException exception)
        {
            throw Fail("the connection broke", null, exception);
        }
    }

    /// <summary>A failure of this source, in one line.</summary>
    public ExchangeUnavailableException Fail(string what, TimeSpan? retryAfter = null, Exception? cause = null) => new($"{_source}: {what}", retryAfter, cause);

    /// <summary>A failure of this source that is a time to stay away: no request is sent until it is over.</summary>
    public ExchangeUnavailableException StayAway(string what, TimeSpan? duration)
    {
        if (duration is { } wait)
        {
            // Requests of one round are answered side by side: the longest time counts, whichever comes last.
            var until = (_clock.GetUtcNow() + wait).UtcTicks;
            for (var known = Interlocked.Read(ref _stayAwayUntilTicks); until > known; known = Interlocked.Read(ref _stayAwayUntilTicks))
            {
                Interlocked.CompareExchange(ref _stayAwayUntilTicks, until, known);
            }
        }

        return Fail(what, duration);
    }

    /// <summary>An error that the source has put into a good status, in one line without control characters.</summary>
    public static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = new string([.. line.Where(c => !char.IsControl(c))]);
        return line.Length > LongestMessage ? line[..LongestMessage] + "…" : line;
    }

    private static string Describe(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name cannot be resolved",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "no secure connection",
        HttpRequestError.ProxyTunnelError => "no connection through the proxy",
        HttpRequestError.ConfigurationLimitExceeded => "the answer is too large",
        _ => "the connection broke",
    };

    private async Task<SourceDocument> SendAsync(string pathAndQuery, long started, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_root, pathAndQuery));
        request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (_key is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        if (status is < 200 or (>= 300 and not (400 or 404 or 422)))
        {
            throw Judge(response, body);
        }

        try
        {
            var received = _clock.GetUtcNow();
            return new SourceDocument(response.StatusCode, JsonSerializer.Deserialize<JsonElement>(body), received, _clock.GetElapsedTime(started));
        }
        catch (JsonException) when (status is 400 or 404 or 422)
        {
            return new SourceDocument(response.StatusCode, default, _clock.GetUtcNow(), _clock.GetElapsedTime(started));
        }
        catch (JsonException exception)
        {
            throw Fail($"expected JSON, found '{OneLine(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, LongestMessage))))}'", null, exception);
        }
    }

    private ExchangeUnavailableException Judge(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var said = OneLine(Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 4 * LongestMessage))));
        var text = said.Length == 0 ? $"HTTP {status}" : $"HTTP {status}, {said}";
        var asked = Wait(response.Headers.RetryAfter);
        var stayAway = status switch
        {
            429 => asked ?? UnknownLimit,
            418 => asked ?? UnknownBan,
            403 => asked ?? FirewallPause,
            451 => asked ?? RestrictionLasts,
            _ => asked,
        };
        return StayAway(text, stayAway);
    }

    private TimeSpan? Wait(RetryConditionHeaderValue? retryAfter)
    {
        var wait = retryAfter?.Delta ?? (retryAfter?.Date is { } date ? date - _clock.GetUtcNow() : null);
        return wait is not { } asked ? null : asked < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : asked > LongestBan ? LongestBan : asked;
    }
}

/// <summary>An answer of a source.</summary>
/// <param name="Status">Its status: success, or 400, 404 or 422.</param>
/// <param name="Json">Its body; undefined where it was none.</param>
/// <param name="Received">When it was received.</param>
/// <param name="Latency">How long it took.</param>
internal readonly record struct SourceDocument(HttpStatusCode Status, JsonElement Json, DateTimeOffset Received, TimeSpan Latency)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
