using OrleansMarket.Domain;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Sinks.Influx;

/// <summary>The measurement <c>price</c>.</summary>
internal static class PriceSeries
{
    /// <summary>The source of the price that was decided on.</summary>
    public const string Decided = "decided";

    public static SeriesMeasurement<Sample> Measurement { get; } =
        new SeriesMeasurement<Sample>.Builder("price", "What a source said that an asset costs, and what was made of it, once per sampling period. A price that has not changed since writes its point again.")
            .Tag("asset", "Asset (BTC)", s => s.Asset)
            .Tag("source", "binance, coingecko, …; stream for our own trades; `decided` for the price that the product answers with", s => s.Source)
            .Tag("feed", "live, simulated or replay: what feeds the host beside these sources", s => s.Origin.FeedName)
            .Decimal("price", "USD", "Price of one unit", s => s.PriceUsd)
            .OptionalFloat("age", "s", "Age when it was asked", s => s.AgeMs / 1_000d)
            .OptionalFloat("latency", "s", "How long the source took to answer", s => s.LatencyMs / 1_000)
            .OptionalFloat("deviation_percent", "%", "Difference to the weighted median; for `decided` the largest among the sources that count", s => s.DeviationPercent)
            .Boolean("counts", "It is fresh and not excluded; for `decided`: some source is fresh", s => s.Counts)
            .OptionalFloat("weight", "1", "Weight at its age; only for a source", s => s.Quote?.Weight)
            .OptionalText("excluded_because", "Why it does not count; empty when it does; only for a source", s => s.Quote is { } quote ? quote.Reason ?? "" : null)
            .OptionalFloat("change_24h_percent", "%", "Change over 24 h", s => s.Quote is { } quote ? quote.Change24hPercent : s.Price.Change24hPercent)
            .OptionalDecimal("volume_24h", "USD", "Volume over 24 h; only for `decided`", s => s.Quote is null ? s.Price.VolumeUsd24h : null)
            .OptionalText("rule", "consensus, binance, coingecko, exchange or last-known: which rule decided; only for `decided`", s => s.Quote is null ? WireName.Of(s.Price.Rule) : null)
            .OptionalText("quality", "agreed, disputed, single-source or stale; only for `decided`", s => s.Quote is null ? WireName.Of(s.Price.Quality) : null)
            .OptionalInteger("sources", "{source}", "Sources that count; only for `decided`", s => s.Quote is null ? s.Price.Sources.Count : null)
            .Build("When the price held, by the source's clock", s => SeriesTime.Nanos(s.Time));

    /// <summary>A price and every source's word on it. What has no price or no time is left out.</summary>
    public static void Write(LineBuffer lines, SeriesOrigin origin, AssetPrice price)
    {
        if (price is { Price: not null, Time: not null })
        {
            Measurement.Write(lines, new(origin, price, null));
        }

        foreach (var quote in price.Quotes)
        {
            if (quote is { PriceUsd: not null, Time: not null })
            {
                Measurement.Write(lines, new(origin, price, quote));
            }
        }
    }

    /// <summary>What a point is made from.</summary>
    internal readonly record struct Sample(SeriesOrigin Origin, AssetPrice Price, SourcePrice? Quote)
    {
        public string Asset => Price.Asset;

        public string Source => Quote?.Source ?? Decided;

        public decimal PriceUsd => (Quote is { } quote ? quote.PriceUsd : Price.Price)!.Value;

        public DateTimeOffset Time => (Quote is { } quote ? quote.Time : Price.Time)!.Value;

        public long? AgeMs => Quote is { } quote ? quote.AgeMs : Price.AgeMs;

        public double? LatencyMs => Quote is { } quote ? quote.LatencyMs : Price.LatencyMs;

        public double? DeviationPercent => Quote is { } quote ? quote.DeviationPercent : Price.DeviationPercent;

        public bool Counts => Quote is { } quote ? quote.Excluded is null : !Price.IsStale;
    }
}
