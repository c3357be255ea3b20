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

    /// <summary>Takes what another book knows of an asset. Of each source the newer word stays, whoever heard it.</summary>
    public void Take(PriceBasis basis)
    {
        foreach (var reading in basis.Readings)
        {
            if (sources.FirstOrDefault(source => source.Name == reading.Source) is { } source)
            {
                var readings = ReadingsOf(basis.Asset);
                var known = readings.GetValueOrDefault(source.Name).Quote;
                if (known is null || reading.Quote?.Received >= known.Received)
                {
                    readings[source.Name] = new PriceReading(source, reading.Quote, reading.Missing);
                }
            }
        }

        foreach (var rate in basis.Rates.Where(rate => !_measured.TryGetValue(rate.Asset, out var known) || rate.TimeMicros > known.TimeMicros))
        {
            _measured[rate.Asset] = rate;
        }

        if (basis.LastKnown is { } last)
        {
            Remember(last);
        }
    }

    /// <summary>What the price of an asset is decided from.</summary>
    public PriceBasis Describe(string asset) => new()
    {
        Asset = asset,
        Readings = _readings.TryGetValue(asset, out var readings)
            ? [.. readings.Values.Select(reading => new SourceReading(reading.Source.Name, reading.Quote, reading.Missing))]
            : [],
        Rates = [.. _measured.Values],
        LastKnown = _lastKnown.GetValueOrDefault(asset),
    };

    /// <summary>Remembers why a source has no newer price of an asset; the quote it gave before ages on.</summary>
    public void Miss(PriceSourceProfile source, string asset, string reason)
    {
        var readings = ReadingsOf(asset);
        readings[source.Name] = new PriceReading(source, readings.GetValueOrDefault(source.Name).Quote, reason);
    }

    /// <summary>Forgets what sources said of an asset that nobody watches any more; what was last known stays.</summary>
    public void Forget(string asset) => _readings.Remove(asset);

    /// <summary>When the newest quote of an asset was received, or <see langword="null"/> without one.</summary>
    public DateTimeOffset? LastReceived(string asset) => _readings.TryGetValue(asset, out var readings) ? readings.Values.Max(reading => reading.Quote?.Received) : null;

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
            if (Decide(coin, now).ToRate() is { } rate)
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
