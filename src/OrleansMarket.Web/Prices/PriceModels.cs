using System.Text.Json.Serialization;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Prices;

/// <summary>Prices of assets, in the order asked for.</summary>
public sealed record PricesResponse
{
    /// <summary>Gets what feeds the product: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets when the answer was made, the server's clock.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the prices.</summary>
    public required IReadOnlyList<AssetPrice> Prices { get; init; }
}

/// <summary>The price of one asset.</summary>
public sealed record PriceResponse
{
    /// <summary>Gets what feeds the product: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets when the answer was made, the server's clock.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the price, with what every source said.</summary>
    public required AssetPrice Price { get; init; }
}

/// <summary>Bitcoin's price, as the widget shows it.</summary>
public sealed record BtcPriceResponse
{
    /// <summary>Gets the asset, BTC.</summary>
    public required string Asset { get; init; }

    /// <summary>Gets the price, USD; null when none was ever known.</summary>
    public decimal? Price { get; init; }

    /// <summary>Gets the change over 24 hours, USD.</summary>
    public decimal? Change24h { get; init; }

    /// <summary>Gets the change over 24 hours, percent.</summary>
    public double? Change24hPercent { get; init; }

    /// <summary>Gets the volume over 24 hours, BTC, at the source of the 24-hour figures.</summary>
    public decimal? Volume24h { get; init; }

    /// <summary>Gets the volume over 24 hours, USD, at the source of the 24-hour figures.</summary>
    public decimal? VolumeUsd24h { get; init; }

    /// <summary>Gets the source of the 24-hour figures; null without any.</summary>
    public string? Source24h { get; init; }

    /// <summary>Gets how long the source took to answer, ms; null for our own trade stream.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Gets the source whose price it is, or is nearest to it.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the sources that count.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Gets the rule that gave the price.</summary>
    public required PriceRule Rule { get; init; }

    /// <summary>Gets how far it is confirmed.</summary>
    public required PriceQuality Quality { get; init; }

    /// <summary>Gets whether it is old or absent.</summary>
    public required bool IsStale { get; init; }

    /// <summary>Gets what to know about it, in words; null when two or more sources agree and nothing was assumed.</summary>
    public string? Note { get; init; }

    /// <summary>Gets when it held, the source's clock.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Gets its age, ms.</summary>
    public long? AgeMs { get; init; }

    /// <summary>Gets what feeds the product: live, simulated or a replay.</summary>
    public required FeedSource Feed { get; init; }

    /// <summary>The answer for a price.</summary>
    public static BtcPriceResponse From(AssetPrice price, FeedSource feed) => new()
    {
        Asset = price.Asset,
        Price = price.Price,
        Change24h = price.Change24h,
        Change24hPercent = price.Change24hPercent,
        Volume24h = price.Volume24h,
        VolumeUsd24h = price.VolumeUsd24h,
        Source24h = price.Source24h,
        LatencyMs = price.LatencyMs,
        Source = price.Source,
        Sources = price.Sources,
        Rule = price.Rule,
        Quality = price.Quality,
        IsStale = price.IsStale,
        Note = price.Note,
        Time = price.Time,
        AgeMs = price.AgeMs,
        Feed = feed,
    };
}

/// <summary>How far sources agree on each watched asset, and how sources and caches do.</summary>
public sealed record QualityResponse
{
    /// <summary>Gets what feeds the product: live, simulated or a replay.</summary>
    public required FeedSource Source { get; init; }

    /// <summary>Gets when the answer was made, the server's clock.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the difference within which sources agree, a fraction (setting `Prices:PriceDeviationThreshold`).</summary>
    public required double PriceDeviationThreshold { get; init; }

    /// <summary>Gets one line per watched asset.</summary>
    public required IReadOnlyList<AssetQuality> Assets { get; init; }

    /// <summary>Gets every source, best first.</summary>
    public required IReadOnlyList<PriceSourceStatus> Sources { get; init; }

    /// <summary>Gets hits and misses of every cache since start; in a cluster those of all servers together.</summary>
    public required IReadOnlyList<CacheCount> Caches { get; init; }

    /// <summary>Gets the servers of a cluster that did not say their hits and misses in time, so that `caches` lacks them.</summary>
    public required IReadOnlyList<string> Silent { get; init; }
}

/// <summary>How far sources agree on one asset, under the names that scripts of other products know (snake case).</summary>
public sealed record AssetQuality
{
    /// <summary>Gets the asset.</summary>
    [JsonPropertyName("symbol")]
    public required string Symbol { get; init; }

    /// <summary>Gets Binance's price, USD: of our own trade stream when that is live, else of its API; null when it is not fresh.</summary>
    [JsonPropertyName("binance_price")]
    public decimal? BinancePrice { get; init; }

    /// <summary>Gets CoinGecko's price, USD; null when it is not fresh.</summary>
    [JsonPropertyName("coingecko_price")]
    public decimal? CoingeckoPrice { get; init; }

    /// <summary>Gets the fresh price of every source, USD, those excluded included.</summary>
    [JsonPropertyName("prices")]
    public required IReadOnlyDictionary<string, decimal> Prices { get; init; }

    /// <summary>Gets the age of each of these prices, ms.</summary>
    [JsonPropertyName("ages_ms")]
    public required IReadOnlyDictionary<string, long> AgesMs { get; init; }

    /// <summary>Gets the largest relative difference from the weighted median, a fraction; null with fewer than two sources.</summary>
    [JsonPropertyName("deviation")]
    public double? Deviation { get; init; }

    /// <summary>Gets the same, percent.</summary>
    [JsonPropertyName("deviation_pct")]
    public double? DeviationPct { get; init; }

    /// <summary>Gets whether the deviation is within the threshold; null with fewer than two sources.</summary>
    [JsonPropertyName("is_valid")]
    public bool? IsValid { get; init; }

    /// <summary>Gets the weighted median, USD, when valid; else null.</summary>
    [JsonPropertyName("recommended_price")]
    public decimal? RecommendedPrice { get; init; }

    /// <summary>Gets how far the price is confirmed.</summary>
    [JsonPropertyName("quality")]
    public required PriceQuality Quality { get; init; }

    /// <summary>Gets what to know, in words: a single source, a dispute, an old price.</summary>
    [JsonPropertyName("note")]
    public string? Note { get; init; }

    internal static AssetQuality From(AssetPrice price, FeedSource feed)
    {
        var fresh = price.Quotes.Where(quote => quote.PriceUsd is not null).ToArray();
        return new AssetQuality
        {
            Symbol = price.Asset,
            BinancePrice = Array.Find(fresh, quote => quote.Source == PriceSourceNames.Stream && feed.Kind == FeedKind.Live)?.PriceUsd
                ?? Array.Find(fresh, quote => quote.Source == PriceSourceNames.Binance)?.PriceUsd,
            CoingeckoPrice = Array.Find(fresh, quote => quote.Source == PriceSourceNames.Coingecko)?.PriceUsd,
            Prices = fresh.ToDictionary(quote => quote.Source, quote => quote.PriceUsd!.Value),
            AgesMs = fresh.ToDictionary(quote => quote.Source, quote => quote.AgeMs!.Value),
            Deviation = price.Deviation,
            DeviationPct = price.DeviationPercent,
            IsValid = price.IsValid,
            RecommendedPrice = price.RecommendedPrice,
            Quality = price.Quality,
            Note = price.Note,
        };
    }
}
