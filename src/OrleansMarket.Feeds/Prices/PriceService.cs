using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Prices;

/// <summary>
/// Prices in USD from many sources: answers from memory, and has the sources asked for what is not there, once for all who wait. Belongs to no host:
/// <see cref="RunAsync"/> is the whole of what a process for itself has to run. Of several that share prices (<see cref="ISharedPrices"/>) one asks the sources
/// (<see cref="IPricePolling"/>), and each shows what it hears (<see cref="ShowAsync"/>).
/// </summary>
public sealed partial class PriceService : IPrices, IPricePolling, IDisposable
{
    private static readonly TimeSpan ShowInterval = TimeSpan.FromSeconds(1);

    private readonly PriceOptions _options;
    private readonly PriceBook _book;
    private readonly Lock _gate = new();
    private readonly WatchedAssets _watched;
    private readonly SourceRunner[] _runners;
    private readonly IPriceStore? _store;
    private readonly ISharedPrices? _shared;
    private readonly IPriceListener[] _listeners;
    private readonly JobLog _jobs;
    private readonly CacheCounters _caches;
    private readonly PriceInstruments _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, (decimal? Price, PriceQuality Quality, DateTimeOffset? Time)> _shown = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asking = new(StringComparer.Ordinal);
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
    /// <param name="shared">What other processes know too; without it this one is alone.</param>
    public PriceService(
        IEnumerable<IPriceSource> sources, IOptions<PriceOptions> options, JobLog jobs, CacheCounters caches, PriceInstruments metrics, TimeProvider clock,
        ILoggerFactory loggers, IEnumerable<IPriceListener> listeners, IPriceStore? store = null, ISettingsStore? settings = null,
        ISharedPrices? shared = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        (_options, _jobs, _caches, _metrics, _clock, _store, _shared) = (options.Value, jobs, caches, metrics, clock, store, shared);
        _listeners = [.. listeners];
        _logger = loggers.CreateLogger<PriceService>();
        var all = sources.OrderBy(source => source.Profile.Rank).ToArray();
        Assets = [.. (_options.Assets.Length == 0 ? PriceOptions.DefaultAssets : _options.Assets).Select(AssetName.Normalise).Distinct()];
        _watched = new WatchedAssets(Assets, _options.WatchFor, _options.MostWatched);
        _book = new PriceBook([.. all.Select(source => source.Profile)], _options.PriceDeviationThreshold);
        _runners = [.. all.Select(source => new SourceRunner(source, Take, Miss, settings, metrics, clock, _logger, _stopping.Token))];
        Jobs = [.. DescribeJobs()];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Assets { get; }

    /// <summary>Watches the assets of followed symbols for good, as far as the bound allows.</summary>
    public void Follow(IEnumerable<SymbolSpec> symbols) => _watched.AddAlways(
        symbols.SelectMany(spec => new[] { spec.QuoteAsset, spec.BaseAsset }).Where(asset => AssetName.IsPlausible(asset) && asset != PriceQuote.Usd));

    /// <summary>Asks sources, decides, shows and keeps prices until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops = [ShowAsync(together.Token), .. Jobs.Select(job => RepeatAsync(job, together.Token))];

        // None ends by itself: where one fails the others end too, and the host hears of it.
        await Task.WhenAny(loops).ConfigureAwait(false);
        await together.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(false);
    }

    /// <summary>Tells listeners and metrics every second what has changed, until cancelled.</summary>
    public Task ShowAsync(CancellationToken cancellationToken) => _jobs.RepeatAsync("prices-show", ShowInterval, _clock, _ => Show(), cancellationToken);

    /// <summary>Reads the last known prices.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_store is not null)
        {
            var prices = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                _book.Restore(prices);
            }
        }
    }

    /// <summary>Takes what another process knows of assets that are watched here too.</summary>
    public void Take(IEnumerable<PriceBasis> prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        lock (_gate)
        {
            foreach (var price in prices.Where(price => _watched.Contains(price.Asset)))
            {
                _book.Take(price);
            }
        }
    }

    /// <summary>Takes what the process that asks the sources knows of all that is watched here.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (_shared is not null && await _shared.AskAsync(Watched(), cancellationToken).ConfigureAwait(false) is { } known)
        {
            Take(known);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AssetPrice>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assets);
        var (answer, cold) = Read(assets);
        if (cold.Count > 0 && _shared is not null)
        {
            Take(await _shared.ReadAsync(cold, cancellationToken).ConfigureAwait(false));
            (answer, cold) = Read(assets);
        }

        foreach (var price in answer)
        {
            var hit = !price.IsStale && !cold.Contains(price.Asset);
            _caches.Record(CacheCounters.Prices, hit);
            _metrics.OnCacheRead(price.Asset, hit);
        }

        if (cold.Count == 0)
        {
            return answer;
        }

        if (_shared is not null && await _shared.AskAsync(cold, cancellationToken).ConfigureAwait(false) is { } known)
        {
            Take(known);
        }
        else
        {
            await AskSourcesAsync(cold, cancellationToken).ConfigureAwait(false);
        }

        return Decide(assets);
    }

    /// <inheritdoc/>
    public async ValueTask<PriceStatus> DescribeAsync(CancellationToken cancellationToken)
    {
        if (_shared is null)
        {
            return Describe();
        }

        var counting = _shared.CountCachesAsync(cancellationToken);
        var status = await _shared.DescribeAsync(cancellationToken).ConfigureAwait(false) ?? Describe();
        var (caches, silent) = await counting.ConfigureAwait(false);
        return status with { Caches = caches, Silent = silent };
    }

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
    private Task Show()
    {
        var prices = Decide(Watched());
        _newest = prices.ToDictionary(price => price.Asset);
        _metrics.Show(prices, Volatile.Read(ref _polls) ? Describe() : Describe() with { Sources = [] });
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

    /// <summary>What is known of assets, and those of them that are watched and not fresh.</summary>
    private (AssetPrice[] Answer, IReadOnlyList<string> Cold) Read(IReadOnlyCollection<string> assets)
    {
        var now = _clock.GetUtcNow();
        var answer = new AssetPrice[assets.Count];
        List<string> cold = [];
        var index = 0;
        foreach (var asset in assets)
        {
            var isWatched = _watched.Touch(asset, now);
            if (!TryRead(asset, now, out answer[index++]) && isWatched)
            {
                cold.Add(asset);
            }
        }

        return (answer, cold);
    }

    private bool TryRead(string asset, DateTimeOffset now, out AssetPrice price)
    {
        lock (_gate)
        {
            price = _book.Decide(asset, now);
            return !price.IsStale && now - _book.LastReceived(asset) <= _options.FreshFor && !_asking.Contains(asset);
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

    private void Take(PriceSourceProfile source, PriceAnswer answer)
    {
        lock (_gate)
        {
            _book.Take(source, answer, _clock.GetUtcNow());
            ForgetUnwatched([.. answer.Quotes.Select(quote => quote.Asset), .. answer.Missing.Keys]);
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

            ForgetUnwatched(assets);
        }
    }

    /// <summary>What comes late of assets that were forgotten meanwhile is not kept: anybody may ask for any name.</summary>
    private void ForgetUnwatched(IEnumerable<string> assets)
    {
        foreach (var asset in assets.Where(asset => !_watched.Contains(asset)))
        {
            _book.Forget(asset);
        }
    }
}
