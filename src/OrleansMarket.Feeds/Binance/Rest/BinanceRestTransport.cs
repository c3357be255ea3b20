using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>
/// Sends GET requests inside the budget, to the first host that is not refused or down, and never in a storm: what the exchange says
/// of limits, bans and location is obeyed and remembered, and a failed request is repeated at most twice.
/// </summary>
/// <remarks>
/// Everything is sent by GET, so an unknown result (5xx, timeout) may be asked again. A request that may not be sent now fails at once with the time to wait: nothing queues here.
/// </remarks>
public sealed partial class BinanceRestTransport : IDisposable
{
    private const int MostAttempts = 3;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1); // it may be back, and open gaps wait for it

    private readonly HttpClient _http;
    private readonly AccessMemory _memory;
    private readonly IExchangeBudget _budget;
    private readonly TimeProvider _clock;
    private readonly FeedInstruments _metrics;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly Func<double>? _draw;
    private readonly RestHost[] _hosts;
    private long _clockOffsetTicks;

    /// <summary>Builds a transport.</summary>
    /// <param name="http">Sends the requests; its timeout should be infinite, each request has its own.</param>
    /// <param name="options">Hosts and timeout.</param>
    /// <param name="budget">The weight per minute.</param>
    /// <param name="memory">Bans and refusals.</param>
    /// <param name="clock">The time, also of pauses and timeouts.</param>
    /// <param name="metrics">Counts requests.</param>
    /// <param name="logger">Hears of hosts that fail.</param>
    /// <param name="draw">Draws the jitter; tests give their own.</param>
    public BinanceRestTransport(
        HttpClient http, BinanceFeedOptions options, IExchangeBudget budget, AccessMemory memory, TimeProvider clock,
        FeedInstruments metrics, ILogger<BinanceRestTransport> logger, Func<double>? draw = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _http = http ?? throw new ArgumentNullException(nameof(http));
        _budget = budget ?? throw new ArgumentNullException(nameof(budget));
        _memory = memory ?? throw new ArgumentNullException(nameof(memory));
        _clock = clock ?? throw new ArgumentNullException(nameof(clock));
        _metrics = metrics ?? throw new ArgumentNullException(nameof(metrics));
        _logger = logger ?? throw new ArgumentNullException(nameof(logger));
        _timeout = options.RestTimeout;
        _draw = draw;
        _hosts = options.RestEndpoint == options.MarketDataRestEndpoint
            ? [new RestHost(options.RestEndpoint, isFull: true)]
            : [new RestHost(options.RestEndpoint, isFull: true), new RestHost(options.MarketDataRestEndpoint, isFull: false)];
    }

    /// <summary>Gets whether the host in use serves everything.</summary>
    public bool IsFullApi => Choose(needsFullApi: false) is { IsFull: true } host && _clock.GetUtcNow() >= host.LacksUntil;

    /// <summary>Gets the exchange's clock minus ours, µs, as last measured; 0 before.</summary>
    public long ClockOffsetMicros => Interlocked.Read(ref _clockOffsetTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Gets now by the exchange's clock, as far as known.</summary>
    public DateTimeOffset ExchangeNow => _clock.GetUtcNow().AddTicks(Interlocked.Read(ref _clockOffsetTicks));

    /// <summary>Gets the time.</summary>
    internal TimeProvider Clock => _clock;

    /// <summary>Gets the weight per minute.</summary>
    internal IExchangeBudget Budget => _budget;

    /// <summary>Takes over a measured clock offset.</summary>
    public void SetClockOffset(long micros)
    {
        Interlocked.Exchange(ref _clockOffsetTicks, micros * TimeSpan.TicksPerMicrosecond);
        _metrics.OnClockOffset(micros);
    }

    /// <summary>Sends one request and answers its body.</summary>
    /// <exception cref="ExchangeUnavailableException">It may not be sent now, or failed; says when to ask again.</exception>
    internal async Task<byte[]> GetAsync(RestRequest request, RequestPriority priority, CancellationToken cancellationToken)
    {
        await _memory.RestoreAsync(_hosts.Select(host => host.Root.Authority), cancellationToken).ConfigureAwait(false);
        var pauses = new Backoff(FirstRetry, LongestRetry, _draw);
        for (var attempt = 1; ; attempt++)
        {
            var host = await ReserveAsync(request, priority, cancellationToken).ConfigureAwait(false);
            var (outcome, body, unreachable) = await SendAsync(host, request, cancellationToken).ConfigureAwait(false);
            switch (outcome.Kind)
            {
                case RestOutcomeKind.Ok:
                    host.OnWorked();
                    return body!;
                case RestOutcomeKind.Refused:
                    throw new RestRefusedException(outcome.Code, $"{request.Operation}: {outcome.Message}");
                case RestOutcomeKind.NotServed:
                    host.LacksUntil = request.NeedsFullApi ? _clock.GetUtcNow() + AccessMemory.RestrictionLasts : host.LacksUntil;
                    throw new ExchangeUnavailableException($"{host.Root.Host} does not serve {request.Operation}", AccessMemory.RestrictionLasts);
                case RestOutcomeKind.Limited:
                    await _memory.BlockAsync(outcome.StayAway, outcome.Message, cancellationToken).ConfigureAwait(false);
                    await _budget.BlockAsync(outcome.StayAway, outcome.Message, cancellationToken).ConfigureAwait(false);
                    throw new ExchangeUnavailableException($"{request.Operation}: {outcome.Message}", outcome.StayAway);
                case RestOutcomeKind.Restricted:
                    await _memory.RestrictAsync(host.Root.Authority, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    if (attempt == MostAttempts || outcome.StayAway > LongestRetry || unreachable)
                    {
                        var rest = host.OnFailed(_clock.GetUtcNow(), outcome.StayAway);
                        LogHostFailed(_logger, host.Root.Host, request.Operation, outcome.Message, rest);
                    }
                    else
                    {
                        await Task.Delay(Max(pauses.Next(), outcome.StayAway), _clock, cancellationToken).ConfigureAwait(false);
                    }

                    break;
            }

            if (attempt == MostAttempts)
            {
                throw new ExchangeUnavailableException($"{request.Operation}: {outcome.Message}", FirstRest);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private async ValueTask<RestHost> ReserveAsync(RestRequest request, RequestPriority priority, CancellationToken cancellationToken)
    {
        var (blocked, reason) = _memory.Block;
        _metrics.OnBlocked(blocked);
        if (blocked > TimeSpan.Zero)
        {
            _metrics.OnRequest(request.Operation, "deferred", TimeSpan.Zero);
            throw new ExchangeUnavailableException($"{request.Operation} not sent: {reason}", blocked);
        }

        if (Choose(request.NeedsFullApi) is not { } host)
        {
            _metrics.OnRequest(request.Operation, "deferred", TimeSpan.Zero);
            throw new ExchangeUnavailableException($"{request.Operation} not sent: {Describe(request.NeedsFullApi, out var wait)}", wait);
        }

        var budget = await _budget.TakeAsync(request.Weight, priority, cancellationToken).ConfigureAwait(false);
        _metrics.OnBudget(budget.Used, budget.Limit);
        if (!budget.IsGranted)
        {
            _metrics.OnRequest(request.Operation, "deferred", TimeSpan.Zero);
            throw new ExchangeUnavailableException($"{request.Operation} not sent: {budget.Reason}", budget.Wait);
        }

        return host;
    }

    private RestHost? Choose(bool needsFullApi)
    {
        var now = _clock.GetUtcNow();
        return Array.Find(_hosts, host => (host.IsFull || !needsFullApi) && !host.Rests(now) && !_memory.IsRestricted(host.Root.Authority));
    }

    private string Describe(bool needsFullApi, out TimeSpan wait)
    {
        var now = _clock.GetUtcNow();
        var candidates = Array.FindAll(_hosts, host => host.IsFull || !needsFullApi);
        wait = candidates.Min(host => _memory.IsRestricted(host.Root.Authority) ? AccessMemory.RestrictionLasts : host.RestsUntil - now);
        return string.Join("; ", candidates.Select(host =>
            _memory.IsRestricted(host.Root.Authority) ? $"{host.Root.Host} refuses this location" : $"{host.Root.Host} failed a moment ago"));
    }

    private async Task<(RestOutcome Outcome, byte[]? Body, bool Unreachable)> SendAsync(RestHost host, RestRequest request, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(_timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        (RestOutcome Outcome, byte[]? Body, bool Unreachable) answer;
        try
        {
            var target = new UriBuilder(host.Root) { Path = host.Root.AbsolutePath.TrimEnd('/') + request.Path, Query = request.Query }.Uri;
            using var message = new HttpRequestMessage(HttpMethod.Get, target);
            message.Headers.Add("X-MBX-TIME-UNIT", "MICROSECOND");
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, either.Token).ConfigureAwait(false);
            if (response.Headers.TryGetValues("X-MBX-USED-WEIGHT-1M", out var values) && int.TryParse(values.First(), out var used))
            {
                _budget.OnUsed(used);
            }

            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            var outcome = RestOutcomeReader.Read(response.StatusCode, response.Headers.RetryAfter, body, ExchangeNow);
            answer = (outcome, outcome.Kind == RestOutcomeKind.Ok ? body : null, false);
        }
        catch (HttpRequestException exception)
        {
            // Where nobody answers, the other host is tried at once and this one rests.
            var unreachable = exception.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;
            answer = (new RestOutcome(RestOutcomeKind.Failed, Message: $"{host.Root.Host}: {exception.Message}"), null, unreachable);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answer = (new RestOutcome(RestOutcomeKind.Failed, Message: $"{host.Root.Host} did not answer within {_timeout.TotalSeconds:0.###} s"), null, false);
        }

        _metrics.OnRequest(request.Operation, OutcomeTag(answer.Outcome.Kind), _clock.GetElapsedTime(started));
        return answer;
    }

    private static string OutcomeTag(RestOutcomeKind kind) => kind switch
    {
        RestOutcomeKind.Ok => "ok",
        RestOutcomeKind.Refused or RestOutcomeKind.NotServed => "refused",
        RestOutcomeKind.Limited => "limited",
        RestOutcomeKind.Restricted => "restricted",
        _ => "failed",
    };

    [LoggerMessage(EventId = 1111, Level = LogLevel.Warning, Message = "{Host} failed at {Operation} ({Error}); it rests for {Rest}")]
    private static partial void LogHostFailed(ILogger logger, string host, string operation, string error, TimeSpan rest);

    /// <summary>One host and how it has behaved.</summary>
    private sealed class RestHost(Uri root, bool isFull)
    {
        private readonly Lock _gate = new();
        private readonly Backoff _rest = new(FirstRest, LongestRest, () => 1);

        public Uri Root { get; } = root;

        public bool IsFull { get; } = isFull;

        public DateTimeOffset RestsUntil { get; private set; }

        /// <summary>Gets or sets until when it is not asked for what only the full API serves.</summary>
        public DateTimeOffset LacksUntil { get; set; }

        public bool Rests(DateTimeOffset now)
        {
            lock (_gate)
            {
                return now < RestsUntil;
            }
        }

        public void OnWorked()
        {
            lock (_gate)
            {
                _rest.Reset();
            }
        }

        public TimeSpan OnFailed(DateTimeOffset now, TimeSpan asked)
        {
            lock (_gate)
            {
                var rest = Max(_rest.Next(), asked);
                RestsUntil = now + rest;
                return rest;
            }
        }
    }
}
