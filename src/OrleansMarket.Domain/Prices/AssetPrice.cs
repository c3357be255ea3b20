using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Prices;

/// <summary>The price of an asset in USD: where it comes from, how old it is, how far it is confirmed, and what every source said.</summary>
public sealed record AssetPrice
{
    // Coins that lost their peg have lost more, but then more than one source says so.
    private const decimal FarFromADollar = 0.1m;

    /// <summary>Gets the asset.</summary>
    public required string Asset { get; init; }

    /// <summary>Gets the price of one unit, USD; null when none was ever known.</summary>
    public decimal? Price { get; init; }

    /// <summary>Gets the rule that gave the price.</summary>
    public required PriceRule Rule { get; init; }

    /// <summary>Gets how far it is confirmed.</summary>
    public required PriceQuality Quality { get; init; }

    /// <summary>Gets whether no source is fresh, so that the price is old or absent.</summary>
    public bool IsStale => Quality is PriceQuality.Stale or PriceQuality.Missing;

    /// <summary>Gets the source whose price it is, or is nearest to it; null when there is no price.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the sources that count, best first; empty when the price is old or absent.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Gets when the price held, the source's clock but never later than its receipt; null when there is no price.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Gets its age, ms; never negative.</summary>
    public long? AgeMs { get; init; }

    /// <summary>Gets how long that source took to answer, ms; null for our own trade stream and for prices kept from before.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Gets what to know about the price, in words; null when two or more sources agree and nothing was assumed.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the change over 24 hours, USD.</summary>
    public decimal? Change24h { get; init; }

    /// <summary>Gets the change over 24 hours, percent.</summary>
    public double? Change24hPercent { get; init; }

    /// <summary>Gets the volume over 24 hours in units of the asset, at the source of the 24-hour figures.</summary>
    public decimal? Volume24h { get; init; }

    /// <summary>Gets the volume over 24 hours in USD, at the source of the 24-hour figures.</summary>
    public decimal? VolumeUsd24h { get; init; }

    /// <summary>Gets the source of the 24-hour figures.</summary>
    public string? Source24h { get; init; }

    /// <summary>Gets the largest relative difference between the weighted median and a source that counts, a fraction; null with fewer than two sources.</summary>
    public double? Deviation { get; init; }

    /// <summary>Gets the same, percent.</summary>
    public double? DeviationPercent { get; init; }

    /// <summary>Gets whether the deviation is within the threshold; null with fewer than two sources, since nothing can be said then.</summary>
    public bool? IsValid { get; init; }

    /// <summary>Gets the price to act on, USD: the weighted median when valid, else null.</summary>
    public decimal? RecommendedPrice { get; init; }

    /// <summary>Gets the USD rate of USDT that was used, `assumed` when nobody measured it.</summary>
    public required UsdRate UsdtRate { get; init; }

    /// <summary>Gets what every source said, best first.</summary>
    public required IReadOnlyList<SourcePrice> Quotes { get; init; }

    /// <summary>
    /// The price as a measured USD rate, or <see langword="null"/>: from sources that agree, or from one, never from a dispute, never by way of a rate that is
    /// itself assumed, and a stablecoin's never from one source alone when that is far from a dollar: every price in that coin would follow its mistake.
    /// </summary>
    public UsdRate? ToRate() =>
        this is { Quality: PriceQuality.Agreed or PriceQuality.SingleSource, Price: { } price, Time: { } time }
        && (Quality == PriceQuality.Agreed || !UsdRate.IsAssumedStable(Asset) || Math.Abs(price - 1) <= FarFromADollar)
        && Quotes.All(quote => quote.Excluded is not null || quote.Currency == PriceQuote.Usd || (quote.Currency == PriceQuote.Usdt && UsdtRate.Source != UsdRate.Assumed))
            ? new UsdRate(Asset, (double)price, Micros.From(time), string.Join('+', Sources))
            : null;

    /// <summary>How far a price of Binance is from the weighted median of all other venues that count here, percent, signed; NaN where there are none.</summary>
    /// <param name="price">The price, in the currency.</param>
    /// <param name="currency">USDT, or another currency that is taken as dollars.</param>
    public double DeviationPercentOf(decimal price, string currency)
    {
        var others = Quotes.Where(quote => quote is { Excluded: null, PriceUsd: not null } && quote.Source is not (PriceSourceNames.Stream or PriceSourceNames.Binance)).ToArray();
        if (others.Length == 0 || price <= 0)
        {
            return double.NaN;
        }

        var median = WeightedMedian.Of(others.Select(quote => (quote.PriceUsd!.Value, quote.Weight)));
        var usd = currency == PriceQuote.Usdt ? price * (decimal)UsdtRate.Rate : price;
        return (double)(100 * (usd - median) / median);
    }
}

/// <summary>What one source said, and whether it counts.</summary>
public sealed record SourcePrice
{
    /// <summary>Gets the source.</summary>
    public required string Source { get; init; }

    /// <summary>Gets what its price is counted in; null without a price.</summary>
    public string? Currency { get; init; }

    /// <summary>Gets its price as given; null without one.</summary>
    public decimal? Price { get; init; }

    /// <summary>Gets its price in USD.</summary>
    public decimal? PriceUsd { get; init; }

    /// <summary>Gets when the price held, the source's clock.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Gets its age, ms.</summary>
    public long? AgeMs { get; init; }

    /// <summary>Gets how long the source took to answer, ms.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Gets the weight it has at its age; 0 when it does not count.</summary>
    public double Weight { get; init; }

    /// <summary>Gets the relative difference to the weighted median, percent, signed; null where there is none.</summary>
    public double? DeviationPercent { get; init; }

    /// <summary>Gets the change over 24 hours at this source, percent, where given.</summary>
    public double? Change24hPercent { get; init; }

    /// <summary>Gets why it does not count; null when it does.</summary>
    public PriceExclusion? Excluded { get; init; }

    /// <summary>Gets the same in words; null when it counts.</summary>
    public string? Reason { get; init; }
}
