using OrleansMarket.Domain.Prices;

namespace OrleansMarket.TestKit.Web;

/// <summary>Prices in memory, decided by the real rules from quotes that a test gives. It starts with two sources that agree on BTC and ETH, and one that has SOL.</summary>
public sealed class FakePrices : IPrices
{
    private readonly TimeProvider _clock;
    private readonly PriceBook _book;
    private readonly Lock _lock = new(); // the book is for one caller at a time

    /// <summary>Builds prices of the clock's present.</summary>
    public FakePrices(TimeProvider clock)
    {
        _clock = clock;
        _book = new PriceBook([Binance, Kraken, Okx, Stream], Threshold);
        Quote(Binance, "BTC", PriceQuote.Usdt, 61_820.50m);
        Quote(Binance, "ETH", PriceQuote.Usdt, 3_020.10m);
        Quote(Kraken, "BTC", PriceQuote.Usd, 61_824.70m);
        Quote(Kraken, "ETH", PriceQuote.Usd, 3_020.90m);
        Quote(Kraken, "SOL", PriceQuote.Usd, 142.32m);
        Quote(Kraken, "USDT", PriceQuote.Usd, 1.0001m);
        Miss(Okx, "BTC", "HTTP 451: not offered here");
    }

    /// <summary>The relative difference within which sources agree.</summary>
    public const double Threshold = 0.01;

    /// <summary>Gets a source of rank one.</summary>
    public static PriceSourceProfile Binance { get; } = Source(PriceSourceNames.Binance, PriceRule.Binance, 5);

    /// <summary>Gets another source.</summary>
    public static PriceSourceProfile Kraken { get; } = Source(PriceSourceNames.Kraken, PriceRule.Exchange, 10);

    /// <summary>Gets our own trades as a source; says nothing until told otherwise.</summary>
    public static PriceSourceProfile Stream { get; } = Source(PriceSourceNames.Stream, PriceRule.Exchange, 1);

    /// <summary>Gets a source that answers nothing until told otherwise.</summary>
    public static PriceSourceProfile Okx { get; } = Source(PriceSourceNames.Okx, PriceRule.Exchange, 10);

    /// <inheritdoc/>
    public IReadOnlyList<string> Assets { get; init; } = ["BTC", "ETH", "SOL", "ADA"];

    /// <summary>Gets hits and misses.</summary>
    public CacheCounters Caches { get; } = new();

    /// <summary>Lets a source say a price now.</summary>
    public void Quote(PriceSourceProfile source, string asset, string currency, decimal price, double? change24hPercent = 1.25, decimal? volume24h = 1_234.5m)
    {
        var now = _clock.GetUtcNow();
        var quote = new PriceQuote
        {
            Asset = asset,
            Source = source.Name,
            Currency = currency,
            Price = price,
            Time = now,
            Received = now,
            Latency = TimeSpan.FromMilliseconds(87.5),
            Change24hPercent = change24hPercent,
            Volume24h = volume24h,
        };
        lock (_lock)
        {
            _book.Take(source, new PriceAnswer([quote], new Dictionary<string, string>()), now);
        }
    }

    /// <summary>Lets a source have no price.</summary>
    public void Miss(PriceSourceProfile source, string asset, string reason)
    {
        lock (_lock)
        {
            _book.Miss(source, asset, reason);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AssetPrice>> GetAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken)
    {
        AssetPrice[] prices;
        lock (_lock)
        {
            prices = [.. assets.Select(asset => _book.Decide(asset, _clock.GetUtcNow()))];
        }

        foreach (var price in prices)
        {
            Caches.Record(CacheCounters.Prices, !price.IsStale);
        }

        return ValueTask.FromResult<IReadOnlyList<AssetPrice>>(prices);
    }

    /// <inheritdoc/>
    public ValueTask<PriceStatus> DescribeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new PriceStatus(
        Threshold,
        [
            new() { Source = Binance.Name, State = PriceSourceState.Ok, LastAsked = _clock.GetUtcNow(), LastAnswered = _clock.GetUtcNow(), LatencyMs = 87.5, Calls = 12, Failures = 0 },
            new() { Source = Kraken.Name, State = PriceSourceState.Failing, Error = "HTTP 502", LastAsked = _clock.GetUtcNow(), Calls = 7, Failures = 1 },
            new() { Source = Okx.Name, State = PriceSourceState.Open, Error = "HTTP 451", RetryAt = _clock.GetUtcNow().AddHours(1), Calls = 1, Failures = 1 },
        ],
        Caches.Describe()));

    private static PriceSourceProfile Source(string name, PriceRule rank, int seconds) =>
        new(name, name, rank, 1, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(3));
}
