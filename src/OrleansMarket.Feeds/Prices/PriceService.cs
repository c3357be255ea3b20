using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Prices;

/// <summary>
/// Prices in USD from many sources: asks all of them in the background, each at its own pace, answers from memory, and asks for what is not there once for all who
/// wait. Belongs to no host: <see cref="RunAsync"/> is the whole of what a host has to run.
/// </summary>
public sealed partial class PriceService : IPrices, IDisposable
{
    /// <summary>The name of the job that decides, shows and keeps every price.</summary>
    public const string RefreshJob = "market_data.fetch_btc_price_realtime";

    private static readonly TimeSpan ShowInterval = TimeSpan.FromSeconds(1);

    private readonly PriceOptions _options;
    private readonly PriceBook _book;
    private readonly Lock _gate = new();
    private readonly WatchedAssets _watched;
    private readonly SourceRunner[] _runners;
    private readonly IPriceStore? _store;
    private readonly IPriceListener[] _listeners;
    private readonly JobLog _jobs;
    private readonly CacheCounters _caches;
    private readonly PriceInstruments _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, (decimal? Price, PriceQuality Quality, DateTimeOffset? Time)> _shown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LastKnownPrice> _kept = new(StringComparer.Ordinal);
    private volatile Dictionary<string, AssetPrice> _newest = [];
    private int _disposed;

    /// <summary>Builds the service; nothing is asked before it runs or somebody asks it.</summary>
    /// <param name="sources">The sources; each at most once.</param>
    /// <param name="options">The settings.</param>
    /// <param name="jobs">Hears of every round.</param>
    /// <param name="caches">Counts hits and misses.</param>
    /// <param name="metrics">The instruments.</param>
    /// <param name="clock">The time.</param>
    /// <param name="loggers">Hear of sources that fail.</param>
    /// <param name="listeners">Hear of changed prices.</param>
    /// <param name="store">Keeps last known prices; without it they end with the process.</param>
    /// <param name="settings">Keeps until when sources want to be left alone; without it a restart forgets.</param>
    public PriceService(
        IEnumerable<IPriceSource> sources, IOptions<PriceOptions> options, JobLog jobs, CacheCounters caches, PriceInstruments metrics, TimeProvider clock,
        ILoggerFactory loggers, IEnumerable<IPriceListener> listeners, IPriceStore? store = null, ISettingsStore? settings = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        (_options, _jobs, _caches, _metrics, _clock, _store) = (options.Value, jobs, caches, metrics, clock, store);
        _listeners = [.. listeners];
        _logger = loggers.CreateLogger<PriceService>();
        var all = sources.OrderBy(source => source.Profile.Rank).ToArray();
        Assets = [.. (_options.Assets.Length == 0 ? PriceOptions.DefaultAssets : _options.Assets).Select(AssetName.Normalise).Distinct()];
        _watched = new WatchedAssets(Assets, _options.WatchFor, _options.MostWatched);
        _book = new PriceBook([.. all.Select(source => source.Profile)], _options.PriceDeviationThreshold);
        _runners = [.. all.Select(source => new SourceRunner(source, Take, Miss, settings, metrics, clock, _logger, _stopping.Token))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Assets { get; }

    /// <summary>Watches the assets of followed symbols for good, as far as the bound allows.</summary>
    public void Follow(IEnumerable<SymbolSpec> symbols) => _watched.AddAlways(
        symbols.SelectMany(spec => new[] { spec.QuoteAsset, spec.BaseAsset }).Where(asset => AssetName.IsPlausible(asset) && asset != PriceQuote.Usd));

    /// <summary>Asks sources, decides, shows and keeps prices until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await RestoreAsync(cancellationToken).ConfigureAwait(false);
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops =
        [
            .. _runners.Select(runner => PollAsync(runner, together.Token)),
            _jobs.RepeatAsync("prices-show", ShowInterval, _clock, _ => ShowAsync(), together.Token),
            _jobs.RepeatAsync(RefreshJob, _options.RefreshInterval, _clock, outcome => RefreshAsync(outcome, together.Token), together.Token),
        ];

        // None ends by itself: where one fails the others end too, and the host hears of it.
        await Task.WhenAny(loops).ConfigureAwait(false);
        await together.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AssetPrice>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assets);
        var now = _clock.GetUtcNow();
        var answer = new AssetPrice[assets.Count];
        List<string> cold = [];
        var index = 0;
        foreach (var asset in assets)
        {
            var isWatched = _watched.Touch(asset, now);
            var hit = TryRead(asset, now, out answer[index++]);
            _caches.Record(CacheCounters.Prices, hit);
            _metrics.OnCacheRead(asset, hit);
            if (!hit && isWatched)
            {
                cold.Add(asset);
            }
        }

        if (cold.Count == 0)
        {
            return answer;
        }

        var asking = Task.WhenAll(_runners.Select(runner => runner.AskAsync([.. cold, PriceQuote.Usdt])));
        await asking.WaitAsync(_options.ColdReadPatience, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return Decide(assets);
    }

    /// <inheritdoc/>
    public ValueTask<PriceStatus> DescribeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Describe());

    /// <summary>How far a followed symbol's own price is from what other venues said a moment ago, percent, signed; NaN for pairs that are not against dollars, or where nobody else is fresh.</summary>
    /// <param name="spec">The symbol.</param>
    /// <param name="price">Its last price, quote units.</param>
    public double DeviationPercent(SymbolSpec spec, decimal price)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return UsdRate.IsAssumedStable(spec.QuoteAsset) && _newest.TryGetValue(spec.BaseAsset, out var newest) ? newest.DeviationPercentOf(price, spec.QuoteAsset) : double.NaN;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Registered under two types, the container disposes of it twice.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stopping.Cancel();
            _stopping.Dispose();
        }
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var runner in _runners)
        {
            await runner.RestoreAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_store is null)
        {
            return;
        }

        var prices = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _book.Restore(prices);
        }

        foreach (var price in prices)
        {
            _kept[price.Asset] = price;
        }
    }

    private async Task PollAsync(SourceRunner runner, CancellationToken cancellationToken)
    {
        var job = $"prices-{runner.Profile.Name}";
        await _jobs.RunAsync(job, _clock, Poll).ConfigureAwait(false);
        await _jobs.RepeatAsync(job, runner.Profile.PollInterval, _clock, Poll, cancellationToken).ConfigureAwait(false);

        async Task Poll(JobOutcome outcome)
        {
            await runner.AskAsync(Watched()).WaitAsync(cancellationToken).ConfigureAwait(false);
            outcome.Fail(runner.Error);
        }
    }

    private IReadOnlyList<string> Watched()
    {
        var watched = _watched.At(_clock.GetUtcNow(), out var ended);
        lock (_gate)
        {
            foreach (var asset in ended)
            {
                _book.Forget(asset);
                _shown.Remove(asset);
            }
        }

        return watched;
    }

    /// <summary>Tells listeners and metrics what has changed since the last time.</summary>
    private Task ShowAsync()
    {
        var prices = Decide(Watched());
        _newest = prices.ToDictionary(price => price.Asset);
        _metrics.Show(prices, Describe());
        List<AssetPrice> changed = [];
        lock (_gate)
        {
            foreach (var price in prices.Where(price => price.Price is not null))
            {
                var state = (price.Price, price.Quality, price.Time);
                if (!_shown.TryGetValue(price.Asset, out var shown) || shown != state)
                {
                    _shown[price.Asset] = state;
                    changed.Add(price);
                }
            }
        }

        foreach (var price in changed)
        {
            foreach (var listener in _listeners)
            {
                listener.OnPrice(price);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Decides every price, keeps those that are fresh, and fails when bitcoin's (or the first asset's) is not.</summary>
    private async Task RefreshAsync(JobOutcome outcome, CancellationToken cancellationToken)
    {
        var main = Assets.Contains(PriceInstruments.Bitcoin) ? PriceInstruments.Bitcoin : Assets[0];
        var prices = Decide(Watched());
        List<LastKnownPrice> news = [];
        lock (_gate)
        {
            foreach (var price in prices)
            {
                if (_book.LastKnown(price.Asset) is { } known && _kept.GetValueOrDefault(price.Asset) != known)
                {
                    news.Add(known);
                }

                if (price.Asset == main && price.IsStale)
                {
                    outcome.Fail($"{price.Asset}: {price.Note}");
                }
            }
        }

        if (_store is null || news.Count == 0)
        {
            return;
        }

        try
        {
            await _store.SaveAsync(news, cancellationToken).ConfigureAwait(false);
            foreach (var price in news)
            {
                _kept[price.Asset] = price;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // They stay in memory, and the next round stores what is newest then.
            outcome.Fail($"last known prices could not be stored: {exception.Message}");
            LogNotKept(_logger, exception.Message);
        }
    }

    private bool TryRead(string asset, DateTimeOffset now, out AssetPrice price)
    {
        lock (_gate)
        {
            price = _book.Decide(asset, now);
            return !price.IsStale && now - _book.LastReceived(asset) <= _options.FreshFor;
        }
    }

    private AssetPrice[] Decide(IReadOnlyCollection<string> assets)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            return [.. assets.Select(asset => _book.Decide(asset, now))];
        }
    }

    private PriceStatus Describe() => new(_options.PriceDeviationThreshold, [.. _runners.Select(runner => runner.Describe())], _caches.Describe());

    private void Take(PriceSourceProfile source, PriceAnswer answer)
    {
        lock (_gate)
        {
            _book.Take(source, answer, _clock.GetUtcNow());
        }
    }

    private void Miss(PriceSourceProfile source, IReadOnlyCollection<string> assets, string reason)
    {
        lock (_gate)
        {
            foreach (var asset in assets)
            {
                _book.Miss(source, asset, reason);
            }
        }
    }

    [LoggerMessage(EventId = 1411, Level = LogLevel.Warning, Message = "Last known prices could not be stored and are tried again: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string reason);
}
