using OrleansMarket.Domain;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Influx;

/// <summary>The measurement <c>candle</c>.</summary>
internal static class CandleSeries
{
    public static SeriesMeasurement<Sample> Measurement { get; } =
        new SeriesMeasurement<Sample>.Builder("candle", "A closed candle. A revision, or a rise in status, writes the same point again.")
            .Tag("symbol", "Pair (BTCUSDT)", s => s.Spec.Symbol.Value)
            .Tag("interval", "1s, 1m, 5m, 15m, 1h, 4h or 1d", s => s.Candle.Interval.Name)
            .Tag("exchange", "Whose trades (binance)", s => s.Origin.Exchange)
            .Tag("feed", "live, simulated or replay", s => s.Origin.FeedName)
            .Decimal("open", "quote", "First price", s => s.Spec.Price(s.Candle.Open))
            .Decimal("high", "quote", "Highest price", s => s.Spec.Price(s.Candle.High))
            .Decimal("low", "quote", "Lowest price", s => s.Spec.Price(s.Candle.Low))
            .Decimal("close", "quote", "Last price", s => s.Spec.Price(s.Candle.Close))
            .Decimal("volume", "base", "Volume", s => s.Spec.Quantity(s.Candle.Volume))
            .Decimal("quote_volume", "quote", "Volume", s => s.Spec.Quote(s.Candle.QuoteVolume))
            .Decimal("taker_buy_volume", "base", "Volume bought by takers", s => s.Spec.Quantity(s.Candle.TakerBuyVolume))
            .Decimal("taker_buy_quote_volume", "quote", "Volume bought by takers", s => s.Spec.Quote(s.Candle.TakerBuyQuoteVolume))
            .Integer("trades", "{trade}", "Number of trades", s => s.Candle.TradeCount)
            .OptionalInteger("first_id", "", "First trade id; without trades there is none", s => IdOf(s.Candle, s.Candle.FirstId))
            .OptionalInteger("last_id", "", "Last trade id", s => IdOf(s.Candle, s.Candle.LastId))
            .Integer("missing_ids", "{trade}", "Known-missing ids that may belong to the window", s => s.Candle.MissingIds)
            .Integer("revision", "", "How often the values changed after the window was reported", s => s.Candle.Revision)
            .Text("status", "provisional, complete or verified", s => WireName.Of(s.Candle.Status))
            .Boolean("repaired", "Trades were merged in after the window was reported", s => Has(s, CandleFlags.Repaired))
            .Boolean("partial", "Its start is missing: we joined inside it", s => Has(s, CandleFlags.Partial))
            .Boolean("quote_approximate", "Its quote volumes may differ in the last digits", s => Has(s, CandleFlags.QuoteApproximate))
            .Boolean("carried", "No trades: the previous close", s => Has(s, CandleFlags.Carried))
            .Boolean("from_exchange", "Taken from the exchange's klines at a cold start", s => Has(s, CandleFlags.FromExchange))
            .Boolean("mismatched", "The exchange's own kline differs; it is being repaired", s => Has(s, CandleFlags.Mismatched))
            .Build("Start of the window", s => SeriesTime.Nanos(s.Candle.OpenTimeMicros));

    private static long? IdOf(in Candle candle, long id) => candle.TradeCount > 0 && id >= 0 ? id : null;

    private static bool Has(Sample sample, CandleFlags flag) => (sample.Candle.Flags & flag) != 0;

    /// <summary>What a point is made from.</summary>
    internal readonly record struct Sample(SeriesOrigin Origin, SymbolSpec Spec, Candle Candle);
}
