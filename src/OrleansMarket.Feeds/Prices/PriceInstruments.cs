using System.Diagnostics.Metrics;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices;

/// <summary>
/// The instruments of prices: general ones per source and asset, and beside them those of bitcoin under the names that existing dashboards know (<c>btc_…</c>).
/// </summary>
/// <remarks>Each has a row in <c>docs/metrics.md</c>. Tags are bounded: sources by the code, assets by what is watched.</remarks>
public sealed class PriceInstruments
{
    /// <summary>The asset of the instruments called <c>btc_…</c>.</summary>
    public const string Bitcoin = "BTC";

    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _btcCalls;
    private readonly Histogram<double> _btcLatency;
    private readonly Counter<long> _btcHits;
    private readonly Counter<long> _btcMisses;
    private volatile IReadOnlyList<AssetPrice> _prices = [];
    private volatile IReadOnlyList<PriceSourceStatus> _sources = [];
    private volatile IReadOnlyList<CacheCount> _caches = [];

    /// <summary>Builds the instruments on the given factory's meter.</summary>
    public PriceInstruments(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(FeedInstruments.MeterName);
        _calls = meter.CreateCounter<long>("market.price.source.calls", "{call}", "Times a price source was asked, by outcome.");
        _duration = meter.CreateHistogram<double>("market.price.source.duration", "s", "How long a price source took to answer or fail.");
        _btcCalls = meter.CreateCounter<long>("btc_api_calls", null, "Times a source was asked for bitcoin's price, by status and source.");
        _btcLatency = meter.CreateHistogram<double>("btc_api_latency", "s", "How long a source took to answer with bitcoin's price.");
        _btcHits = meter.CreateCounter<long>("btc_api_cache_hits", null, "Times bitcoin's price was in the cache.");
        _btcMisses = meter.CreateCounter<long>("btc_api_cache_misses", null, "Times bitcoin's price was not in the cache.");
        AddAssets(meter);
        AddBitcoin(meter);
        meter.CreateObservableGauge(
            "market.price.source.up",
            () => _sources.Select(source => new Measurement<long>(source.State is PriceSourceState.Ok ? 1 : 0, SourceTag(source.Source))),
            null, "1 when the price source's last answer was good, else 0.");
        meter.CreateObservableCounter(
            "market.price.cache.reads",
            () => _caches.SelectMany<CacheCount, Measurement<long>>(cache =>
                [new(cache.Hits, CacheTag(cache.Cache), Outcome("hit")), new(cache.Misses, CacheTag(cache.Cache), Outcome("miss"))]),
            "{read}", "Looks into the caches of prices, portfolios and their risk figures, by outcome.");
        meter.CreateObservableGauge(
            "market.price.cache.hit.rate",
            () => _caches.Select(cache => new Measurement<double>(cache.HitRate, CacheTag(cache.Cache))),
            "1", "Share of looks into a cache since start that found what they looked for.");
    }

    /// <summary>Counts a look into the cache of prices under the names of bitcoin's dashboards.</summary>
    public void OnCacheRead(string asset, bool hit)
    {
        if (asset == Bitcoin)
        {
            (hit ? _btcHits : _btcMisses).Add(1, new KeyValuePair<string, object?>("cache_type", CacheCounters.Prices));
        }
    }

    /// <summary>Shows the prices as they are now.</summary>
    public void Show(IReadOnlyList<AssetPrice> prices, PriceStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        (_prices, _sources, _caches) = (prices, status.Sources, status.Caches);
    }

    /// <summary>Counts a call of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="outcome">One of <c>ok</c>, <c>failed</c>, <c>limited</c>.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="forBitcoin">Whether bitcoin was asked for; <see langword="null"/> when it was not, else whether it came.</param>
    public void OnCall(string source, string outcome, TimeSpan duration, bool? forBitcoin)
    {
        _calls.Add(1, SourceTag(source), Outcome(outcome));
        _duration.Record(duration.TotalSeconds, SourceTag(source));
        if (forBitcoin is { } came)
        {
            var tag = new KeyValuePair<string, object?>("source", source);
            _btcCalls.Add(1, new KeyValuePair<string, object?>("status", came ? "success" : "error"), tag);
            _btcLatency.Record(duration.TotalSeconds, tag);
        }
    }

    private void AddAssets(Meter meter)
    {
        Gauge("market.price.usd", null, "Price of an asset, USD. Look at its age beside it.", price => (double?)price.Price);
        Gauge("market.price.usd.age", "s", "Age of that price.", price => price.AgeMs / 1_000d);
        Gauge("market.price.stale", null, "1 when no source has a fresh price of the asset, else 0.", price => price.IsStale ? 1 : 0);
        Gauge("market.price.sources", "{source}", "Fresh sources that count for the asset's price.", price => price.Sources.Count);
        Gauge("market.price.deviation", "1", "Largest relative difference of those sources from their weighted median.", price => price.Deviation);

        void Gauge(string name, string? unit, string description, Func<AssetPrice, double?> value) => meter.CreateObservableGauge(
            name,
            () => _prices.Where(price => value(price) is not null)
                .Select(price => new Measurement<double>(value(price)!.Value, new KeyValuePair<string, object?>("market.asset", price.Asset))),
            unit, description);
    }

    private void AddBitcoin(Meter meter)
    {
        Gauge("btc_price_current_usd", "Bitcoin's price at each fresh source that is no outlier, USD.", quote => (double?)quote.PriceUsd);
        Gauge("btc_price_change_24h_percent", "Change of bitcoin's price over 24 hours at each of these sources that gives it, percent.", quote => quote.Change24hPercent);

        void Gauge(string name, string description, Func<SourcePrice, double?> value) => meter.CreateObservableGauge(
            name,
            () => _prices.Where(price => price.Asset == Bitcoin).SelectMany(price => price.Quotes).Where(IsGood).Where(quote => value(quote) is not null)
                .Select(quote => new Measurement<double>(value(quote)!.Value, new KeyValuePair<string, object?>("source", quote.Source))),
            null, description);
    }

    /// <summary>A price that is fresh and no outlier. One that leaves the word to a fresher source of its venue is as good as that.</summary>
    private static bool IsGood(SourcePrice quote) => quote is { PriceUsd: not null, Excluded: null or PriceExclusion.SameVenue };

    private static KeyValuePair<string, object?> SourceTag(string source) => new("market.price.source", source);

    private static KeyValuePair<string, object?> CacheTag(string cache) => new("market.cache", cache);

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("market.outcome", outcome);
}
