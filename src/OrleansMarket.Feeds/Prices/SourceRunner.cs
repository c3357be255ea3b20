using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrleansMarket.Feeds.Prices;

/// <summary>
/// Asks one source on behalf of everybody: one request at a time, shared by all who want the same, and none while its breaker is open or it wants to be left
/// alone, restarts included. Never throws; what came of it is handed to the book.
/// </summary>
internal sealed partial class SourceRunner
{
    private const int FailuresThatMatter = 3;
    private const double FailureRatio = 0.5;

    // No source holds its own runner for longer, whatever it does; its own timeout is per request.
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestSampling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WorthKeeping = TimeSpan.FromMinutes(1);

    private readonly IPriceSource _source;
    private readonly Action<PriceSourceProfile, PriceAnswer> _taken;
    private readonly Action<PriceSourceProfile, IReadOnlyCollection<string>, string> _missed;
    private readonly ISettingsStore? _settings;
    private readonly PriceInstruments _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);
    private readonly CancellationToken _stopping;
    private Round? _running;
    private Round? _next;
    private DateTimeOffset _closedUntil;
    private string? _error;
    private DateTimeOffset? _lastAsked;
    private DateTimeOffset? _lastAnswered;
    private TimeSpan? _latency;
    private long _calls;
    private long _failures;

    public SourceRunner(
        IPriceSource source, Action<PriceSourceProfile, PriceAnswer> taken, Action<PriceSourceProfile, IReadOnlyCollection<string>, string> missed,
        ISettingsStore? settings, PriceInstruments metrics, TimeProvider clock, ILogger logger, CancellationToken stopping)
    {
        (_source, _taken, _missed, _settings, _metrics, _clock, _logger, _stopping) = (source, taken, missed, settings, metrics, clock, logger, stopping);
        var sampling = Profile.PollInterval * (2 * FailuresThatMatter);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = FailureRatio,
                MinimumThroughput = FailuresThatMatter,
                SamplingDuration = sampling < ShortestSampling ? ShortestSampling : sampling,
                BreakDurationGenerator = arguments => ValueTask.FromResult(BreakAfter(arguments.HalfOpenAttempts)),
                OnOpened = arguments =>
                {
                    Close(arguments.BreakDuration);
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(LongestRound)
            .Build();
    }

    public PriceSourceProfile Profile => _source.Profile;

    /// <summary>Gets what is wrong with the source, or <see langword="null"/>.</summary>
    public string? Error
    {
        get
        {
            lock (_gate)
            {
                return _error;
            }
        }
    }

    private string SettingName => $"prices.{Profile.Name}.closed-until";

    /// <summary>Reads until when an earlier process was told to stay away.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_settings is not null && await _settings.GetAsync(SettingName, cancellationToken).ConfigureAwait(false) is { } text
            && DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) && until > _clock.GetUtcNow())
        {
            lock (_gate)
            {
                (_closedUntil, _error) = (until, $"{Profile.Name}: told to stay away before the restart");
            }
        }
    }

    /// <summary>Asks for assets, or joins those who already do; ends when their answers are in the book. What was asked within half a poll interval is not asked again.</summary>
    public Task AskAsync(IReadOnlyCollection<string> assets)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            List<Task> rounds = [];
            List<string> due = [];
            foreach (var asset in assets)
            {
                if (_running?.Assets.Contains(asset) == true)
                {
                    rounds.Add(_running.Done.Task);
                }
                else if (_next?.Assets.Contains(asset) == true)
                {
                    rounds.Add(_next.Done.Task);
                }
                else if (now - _asked.GetValueOrDefault(asset) >= Profile.PollInterval / 2)
                {
                    due.Add(asset);
                }
            }

            if (due.Count > 0)
            {
                var round = _next ??= new Round();
                round.Assets.UnionWith(due);
                rounds.Add(round.Done.Task);
                if (_running is null)
                {
                    StartNext();
                }
            }

            return Task.WhenAll(rounds.Distinct());
        }
    }

    public PriceSourceStatus Describe()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var closed = _closedUntil > now;
            return new PriceSourceStatus
            {
                Source = Profile.Name,
                State = closed ? PriceSourceState.Open : _error is not null ? PriceSourceState.Failing : _lastAnswered is null ? PriceSourceState.Starting : PriceSourceState.Ok,
                Error = _error,
                RetryAt = closed ? _closedUntil : null,
                LastAsked = _lastAsked,
                LastAnswered = _lastAnswered,
                LatencyMs = _latency?.TotalMilliseconds,
                Calls = _calls,
                Failures = _failures,
            };
        }
    }

    private static TimeSpan BreakAfter(int attempts) => TimeSpan.FromTicks(Math.Min(LongestBreak.Ticks, FirstBreak.Ticks << Math.Min(attempts, 8)));

    /// <summary>Inside the lock.</summary>
    private void StartNext()
    {
        (_running, _next) = (_next, null);
        if (_running is not { } round)
        {
            return;
        }

        var now = _clock.GetUtcNow();
        foreach (var old in _asked.Where(pair => now - pair.Value > Profile.PollInterval).Select(pair => pair.Key).ToArray())
        {
            _asked.Remove(old);
        }

        foreach (var asset in round.Assets)
        {
            _asked[asset] = now;
        }

        _ = Task.Run(() => RunAsync(round), CancellationToken.None);
    }

    private async Task RunAsync(Round round)
    {
        try
        {
            await AskOnceAsync(round.Assets).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogUnexpected(_logger, exception, Profile.Name);
        }
        finally
        {
            lock (_gate)
            {
                StartNext();
            }

            round.Done.TrySetResult();
        }
    }

    private async Task AskOnceAsync(HashSet<string> assets)
    {
        if (StaysClosed() is { } reason)
        {
            _missed(Profile, assets, reason);
            return;
        }

        var started = _clock.GetTimestamp();
        try
        {
            var answer = await _pipeline.ExecuteAsync(async token => await AskSourceAsync(assets, started, token).ConfigureAwait(false), _stopping).ConfigureAwait(false);
            OnAnswered(assets, answer, _clock.GetElapsedTime(started));
            if (answer.StayAway is { } wait)
            {
                await KeepClosedAsync(wait).ConfigureAwait(false);
            }
        }
        catch (BrokenCircuitException exception)
        {
            _missed(Profile, assets, $"its breaker is open: {Error ?? exception.Message}");
        }
        catch (ExchangeUnavailableException exception)
        {
            OnFailed(assets, exception.Message, _clock.GetElapsedTime(started), exception.RetryAfter);
            if (exception.RetryAfter is { } wait)
            {
                await KeepClosedAsync(wait).ConfigureAwait(false);
            }
        }
        catch (TimeoutRejectedException)
        {
            OnFailed(assets, $"{Profile.Name}: no answer within {LongestRound.TotalSeconds:0} s", _clock.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception exception)
        {
            OnFailed(assets, $"{Profile.Name}: {exception.Message}", _clock.GetElapsedTime(started));
            LogUnexpected(_logger, exception, Profile.Name);
        }
    }

    private async ValueTask<PriceAnswer> AskSourceAsync(HashSet<string> assets, long started, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _calls++;
            _lastAsked = _clock.GetUtcNow() - _clock.GetElapsedTime(started);
        }

        return await _source.AskAsync(assets, cancellationToken).ConfigureAwait(false);
    }

    private string? StaysClosed()
    {
        lock (_gate)
        {
            return _closedUntil > _clock.GetUtcNow()
                ? string.Create(CultureInfo.InvariantCulture, $"not asked before {_closedUntil:yyyy-MM-dd'T'HH:mm:ss'Z'}: {_error}")
                : null;
        }
    }

    /// <summary>Puts the answer into the book, and only then says that there is one.</summary>
    private void OnAnswered(HashSet<string> assets, PriceAnswer answer, TimeSpan duration)
    {
        _taken(Profile, answer);
        _metrics.OnCall(Profile.Name, "ok", duration, Bitcoin(assets, answer));
        bool recovered;
        lock (_gate)
        {
            recovered = _error is not null;
            (_error, _lastAnswered, _latency) = (null, _clock.GetUtcNow(), duration);
            Close(answer.StayAway);
        }

        if (recovered)
        {
            LogRecovered(_logger, Profile.Name);
        }
    }

    /// <summary>Puts the failure into the book, and only then says that there is one, together with for how long the source is left alone.</summary>
    private void OnFailed(HashSet<string> assets, string error, TimeSpan duration, TimeSpan? wait = null)
    {
        _missed(Profile, assets, error);
        _metrics.OnCall(Profile.Name, wait is null ? "failed" : "limited", duration, assets.Contains(PriceInstruments.Bitcoin) ? false : null);
        bool isNews;
        lock (_gate)
        {
            isNews = _error is null;
            _error = error;
            _failures++;
            Close(wait);
        }

        if (isNews)
        {
            LogFailed(_logger, Profile.Name, error);
        }
    }

    private static bool? Bitcoin(HashSet<string> assets, PriceAnswer answer) =>
        assets.Contains(PriceInstruments.Bitcoin) ? answer.Quotes.Any(quote => quote.Asset == PriceInstruments.Bitcoin) : null;

    private void Close(TimeSpan? duration)
    {
        lock (_gate)
        {
            if (_clock.GetUtcNow() + duration is { } until && until > _closedUntil)
            {
                _closedUntil = until;
            }
        }
    }

    /// <summary>Says that the source is left alone, and keeps it for a restart.</summary>
    private async Task KeepClosedAsync(TimeSpan wait)
    {
        LogStaysAway(_logger, Profile.Name, wait);
        if (_settings is null || wait < WorthKeeping)
        {
            return;
        }

        try
        {
            await _settings.SetAsync(SettingName, (_clock.GetUtcNow() + wait).ToString("O", CultureInfo.InvariantCulture), _stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (!exception.IsStop(_stopping))
        {
            // The pause itself holds; only a restart would forget it.
            LogNotKept(_logger, exception, Profile.Name);
        }
    }

    /// <summary>One request and who waits for it.</summary>
    private sealed class Round
    {
        public HashSet<string> Assets { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(EventId = 1401, Level = LogLevel.Warning, Message = "The price source {Source} fails, prices go on without it: {Error}")]
    private static partial void LogFailed(ILogger logger, string source, string error);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Information, Message = "The price source {Source} answers again")]
    private static partial void LogRecovered(ILogger logger, string source);

    [LoggerMessage(EventId = 1403, Level = LogLevel.Warning, Message = "The price source {Source} is left alone for {Wait}")]
    private static partial void LogStaysAway(ILogger logger, string source, TimeSpan wait);

    [LoggerMessage(EventId = 1404, Level = LogLevel.Warning, Message = "Until when {Source} wants to be left alone could not be stored")]
    private static partial void LogNotKept(ILogger logger, Exception exception, string source);

    [LoggerMessage(EventId = 1405, Level = LogLevel.Error, Message = "Asking the price source {Source} failed in a way nobody expected")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string source);
}
