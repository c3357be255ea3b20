using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Prices;

/// <summary>
/// Everything known of prices: each source's newest quote per asset, why others are missing, what was last known, and the measured rates of stablecoins.
/// Deterministic, without clock and without threads: one caller at a time.
/// </summary>
/// <param name="sources">The sources.</param>
/// <param name="threshold">The relative difference within which sources agree, a fraction above 0.</param>
public sealed class PriceBook(IReadOnlyList<PriceSourceProfile> sources, double threshold)
{
    /// <summary>For how long a measured rate stands in for a newer one before a stablecoin is assumed to be 1 again.</summary>
    public static readonly TimeSpan RateLasts = TimeSpan.FromMinutes(15);

    // USDT first: the others may be quoted in it.
    private static readonly string[] Stablecoins = [PriceQuote.Usdt, "USDC", "FDUSD"];

    private readonly Dictionary<string, Dictionary<string, PriceReading>> _readings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LastKnownPrice> _lastKnown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UsdRate> _measured = new(StringComparer.Ordinal);

    /// <summary>Gets the sources.</summary>
    public IReadOnlyList<PriceSourceProfile> Sources => sources;

    /// <summary>Gets the threshold.</summary>
    public double Threshold => threshold;

    /// <summary>Takes over what a store has kept.</summary>
    public void Restore(IEnumerable<LastKnownPrice> prices)
    {
        foreach (var price in prices)
        {
            Remember(price);
        }
    }

    /// <summary>Takes an answer. A quote whose time lies before the one known from the same source is an echo, and is not taken.</summary>
    public void Take(PriceSourceProfile source, PriceAnswer answer, DateTimeOffset now)
    {
        foreach (var quote in answer.Quotes)
        {
            var readings = ReadingsOf(quote.Asset);
            var known = readings.GetValueOrDefault(source.Name).Quote;
            var isEcho = known is not null && quote.Time < known.Time && known.AgeAt(now) <= source.MaxAge;
            readings[source.Name] = new PriceReading(source, isEcho ? known : quote);
        }

        foreach (var (asset, reason) in answer.Missing)
        {
            Miss(source, asset, reason);
        }

        Measure(now);
    }

    /// <summary>Remembers why a source has no newer price of an asset; the quote it gave before ages on.</summary>
    public void Miss(PriceSourceProfile source, string asset, string reason)
    {
        var readings = ReadingsOf(asset);
        readings[source.Name] = new PriceReading(source, readings.GetValueOrDefault(source.Name).Quote, reason);
    }

    /// <summary>The price of an asset at an instant. A fresh one becomes the last known.</summary>
    public AssetPrice Decide(string asset, DateTimeOffset now)
    {
        var price = PriceConsensus.Decide(asset, Readings(asset), Rates(now), _lastKnown.GetValueOrDefault(asset), threshold, now);
        if (price is { IsStale: false, Price: { } value, Time: { } time, Source: { } source })
        {
            Remember(new LastKnownPrice(asset, value, time, source));
        }

        return price;
    }

    /// <summary>How far a venue's price is from what all other venues say, percent, signed; NaN where it cannot be said.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="price">The venue's price, in the currency.</param>
    /// <param name="currency">USD or a stablecoin.</param>
    /// <param name="now">The instant.</param>
    public double DeviationPercent(string venue, string asset, decimal price, string currency, DateTimeOffset now)
    {
        var rates = Rates(now);
        return rates.Of(currency) is { } rate
            ? PriceConsensus.DeviationPercent(venue, price * (decimal)rate.Rate, Readings(asset), rates, now)
            : double.NaN;
    }

    /// <summary>
    /// The measured USD rate of an asset at an instant, or <see langword="null"/>: from sources that agree, or from one, never from a dispute, and never
    /// by way of a rate that is itself assumed.
    /// </summary>
    public UsdRate? RateOf(string asset, DateTimeOffset now)
    {
        var rates = Rates(now);
        return Decide(asset, now) is { Quality: PriceQuality.Agreed or PriceQuality.SingleSource, Price: { } price, Time: { } time } decided
            && decided.Quotes.All(quote => quote.Excluded is not null || rates.Of(quote.Currency!)?.Source != UsdRate.Assumed)
            ? new UsdRate(asset, (double)price, Micros.From(time), string.Join('+', decided.Sources))
            : null;
    }

    /// <summary>What was last known of an asset, or <see langword="null"/>.</summary>
    public LastKnownPrice? LastKnown(string asset) => _lastKnown.GetValueOrDefault(asset);

    private IEnumerable<PriceReading> Readings(string asset)
    {
        var known = _readings.GetValueOrDefault(asset);
        return sources.Select(source => known is not null && known.TryGetValue(source.Name, out var reading) ? reading : new PriceReading(source, null));
    }

    private Dictionary<string, PriceReading> ReadingsOf(string asset)
    {
        if (!_readings.TryGetValue(asset, out var readings))
        {
            _readings[asset] = readings = new Dictionary<string, PriceReading>(StringComparer.Ordinal);
        }

        return readings;
    }

    private void Measure(DateTimeOffset now)
    {
        foreach (var coin in Stablecoins)
        {
            if (RateOf(coin, now) is { } rate)
            {
                _measured[coin] = rate;
            }
        }
    }

    private UsdRates Rates(DateTimeOffset now) => new(
        _measured.Where(pair => now - Micros.ToInstant(pair.Value.TimeMicros) <= RateLasts).ToDictionary(pair => pair.Key, pair => pair.Value));

    private void Remember(LastKnownPrice price)
    {
        if (!_lastKnown.TryGetValue(price.Asset, out var known) || price.Time >= known.Time)
        {
            _lastKnown[price.Asset] = price;
        }
    }
}
