using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Feeds.Prices;

/// <summary>Configures prices from many sources. Section: <c>Prices</c>.</summary>
public sealed class PriceOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Prices";

    /// <summary>Gets the assets watched where none are named.</summary>
    public static IReadOnlyList<string> DefaultAssets { get; } = ["BTC", "ETH", "SOL", "ADA", "DOT"];

    /// <summary>Gets or sets the assets that are always watched. Default (when empty): BTC, ETH, SOL, ADA and DOT.</summary>
    public string[] Assets { get; set; } = [];

    /// <summary>Gets or sets the relative difference within which sources agree, a fraction from 0.0001 to 0.5. Default: 0.01 (1 %).</summary>
    public double PriceDeviationThreshold { get; set; } = 0.01;

    /// <summary>Gets or sets for how long a received price is served from the cache, 1 s to 10 min. Default: 60 s.</summary>
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long a question about an asset that is not in the cache waits for the sources, 10 ms to 10 s. Default: 1 s.</summary>
    public TimeSpan ColdReadPatience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets for how long an asset that was asked for is watched like the others, 0 to 1 d. Default: 10 min.</summary>
    public TimeSpan WatchFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how many assets are watched at most, 1 to 1,000; questions about more are answered with what is known. Default: 100.</summary>
    public int MostWatched { get; set; } = 100;

    /// <summary>Gets or sets how often the price of every asset is decided, shown and kept, 1 s to 1 min. Default: 5 s.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets what sources are told of who asks. Some refuse requests without it. Default: the product's name.</summary>
    public string UserAgent { get; set; } = "OrleansMarket/1.0";

    /// <summary>Gets or sets our own stream of trades, for symbols that are followed.</summary>
    public PriceSourceOptions Stream { get; set; } = new() { PollInterval = TimeSpan.FromSeconds(1), MaxAge = TimeSpan.FromSeconds(30), Weight = 2 };

    /// <summary>Gets or sets Binance's <c>ticker/24hr</c>. Its hosts are those of <c>Feeds:Binance</c>, and its requests count in the same budget.</summary>
    public PriceSourceOptions Binance { get; set; } = new() { PollInterval = TimeSpan.FromSeconds(5), MaxAge = TimeSpan.FromSeconds(30), Weight = 2 };

    /// <summary>Gets or sets CoinGecko. Its keyless answers are cached for 60 s, so asking sooner brings nothing.</summary>
    public CoingeckoOptions Coingecko { get; set; } = new()
    {
        Endpoint = new("https://api.coingecko.com"),
        PollInterval = TimeSpan.FromSeconds(60),
        MaxAge = TimeSpan.FromMinutes(4),
        RequestsPerSecond = 0.4,
        Burst = 2,
    };

    /// <summary>Gets or sets Coinbase Exchange. Source of its limit (10/s, burst 15): Coinbase, "REST API rate limits".</summary>
    public PriceSourceOptions Coinbase { get; set; } = new()
    {
        Endpoint = new("https://api.exchange.coinbase.com"),
        MaxAge = TimeSpan.FromMinutes(2),
        RequestsPerSecond = 8,
        Burst = 12,
    };

    /// <summary>Gets or sets Kraken. Source of its limit (about 1/s): Kraken support, "API rate limits".</summary>
    public PriceSourceOptions Kraken { get; set; } = new() { Endpoint = new("https://api.kraken.com"), RequestsPerSecond = 1, Burst = 1 };

    /// <summary>Gets or sets OKX. Source of its limit (20 in 2 s): OKX API guide, "Get ticker".</summary>
    public PriceSourceOptions Okx { get; set; } = new() { Endpoint = new("https://www.okx.com"), RequestsPerSecond = 8, Burst = 10 };

    /// <summary>Gets or sets Bybit. Source of its limit (600 in 5 s): Bybit API v5, "Rate limit".</summary>
    public PriceSourceOptions Bybit { get; set; } = new() { Endpoint = new("https://api.bybit.com"), RequestsPerSecond = 20, Burst = 20 };

    /// <summary>The sources' settings by name, best first.</summary>
    internal IEnumerable<(string Name, PriceSourceOptions Options)> Sources =>
    [
        (PriceSourceNames.Stream, Stream), (PriceSourceNames.Binance, Binance), (PriceSourceNames.Coingecko, Coingecko),
        (PriceSourceNames.Coinbase, Coinbase), (PriceSourceNames.Kraken, Kraken), (PriceSourceNames.Okx, Okx), (PriceSourceNames.Bybit, Bybit),
    ];
}

/// <summary>Configures one source. Section: <c>Prices:SOURCE</c>.</summary>
public class PriceSourceOptions
{
    /// <summary>Gets or sets whether it is asked. Default: yes.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets its host, <c>http</c> or <c>https</c>; without meaning for Binance and our own stream. Default: the source's own.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Gets or sets how often it is asked, 100 ms to 1 h. Default: 10 s; Binance 5 s, CoinGecko 60 s, our own stream 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the age beyond which its price is not used, 1 s to 1 d. Default: 60 s; Binance and our own stream 30 s, Coinbase 2 min, CoinGecko 4 min.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long one of its answers may take, 10 ms to 1 min. Default: 3 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets its weight when fresh, 0.01 to 100. Default: 1; Binance and our own stream 2.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>Gets or sets how many requests a second it gets in the long run, 0.01 to 1,000. Default: below its own limit.</summary>
    public double RequestsPerSecond { get; set; } = 1;

    /// <summary>Gets or sets how many requests it gets at once, 1 to 1,000. Default: below its own limit.</summary>
    public int Burst { get; set; } = 1;

    /// <summary>How the source is used.</summary>
    internal PriceSourceProfile Profile(string name, string venue, PriceRule rank) => new(name, venue, rank, Weight, MaxAge, PollInterval, Timeout);
}

/// <summary>Configures CoinGecko. Section: <c>Prices:Coingecko</c>.</summary>
public sealed class CoingeckoOptions : PriceSourceOptions
{
    /// <summary>Gets or sets a demo key (a secret), sent as <c>x-cg-demo-api-key</c>. Default: none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Gets or sets CoinGecko's ids of assets beyond the built-in ones, such as <c>BTC</c> to <c>bitcoin</c>. Default: none.</summary>
    public Dictionary<string, string> Ids { get; set; } = [];
}
