using OrleansMarket.Domain;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Influx;

/// <summary>The measurement <c>whale</c>.</summary>
internal static class WhaleSeries
{
    public static SeriesMeasurement<Sample> Measurement { get; } =
        new SeriesMeasurement<Sample>.Builder(
                "whale", "A sweep at or above the whale threshold: an estimate of one taker order. One that a repair revises writes its point again; if that changed its first id, the older point stays too.")
            .Tag("symbol", "Pair (BTCUSDT)", s => s.Spec.Symbol.Value)
            .Tag("taker", "buy or sell: who took liquidity", s => WireName.Of(s.Sweep.Taker))
            .Tag("exchange", "Whose trades (binance)", s => s.Origin.Exchange)
            .Tag("feed", "live, simulated or replay", s => s.Origin.FeedName)
            .Decimal("quantity", "base", "Sum over its trades", s => s.Spec.Quantity(s.Sweep.Quantity))
            .Decimal("quote_amount", "quote", "Sum over its trades", s => s.Spec.Quote(s.Sweep.QuoteAmount))
            .OptionalFloat("notional_usd", "USD", "Value; without a rate there is none", s => s.Sweep.NotionalUsd)
            .Decimal("average_price", "quote", "Quote amount over quantity", s => s.Spec.Quote(s.Sweep.QuoteAmount) / s.Spec.Quantity(s.Sweep.Quantity))
            .Decimal("first_price", "quote", "First price", s => s.Spec.Price(s.Sweep.FirstPrice))
            .Decimal("last_price", "quote", "Last price", s => s.Spec.Price(s.Sweep.LastPrice))
            .OptionalFloat("impact_percent", "%", "Last price against the print before", s => s.Sweep.Impact * 100)
            .Float("threshold", "USD", "Threshold in force; quote units where no rate is known", s => s.Sweep.Threshold)
            .Integer("levels", "", "Distinct price levels", s => s.Sweep.Levels)
            .Integer("trades", "{trade}", "Number of trades", s => s.Sweep.TradeCount)
            .Integer("first_id", "", "First trade id", s => s.Sweep.FirstId)
            .Integer("last_id", "", "Last trade id", s => s.Sweep.LastId)
            .Boolean("revised", "A repair changed it", s => s.Sweep.Revised)
            .Text("title", "For annotations", s => $"{(s.Sweep.Taker == TakerSide.Buy ? "Bought" : "Sold")} {s.Spec.Symbol}")
            .Text("text", "For annotations", TextOf)
            .Build("Trade time, and in its nanoseconds the last three digits of the first id", s => SeriesTime.Apart(s.Sweep.TradeTimeMicros, s.Sweep.FirstId));

    private static string TextOf(Sample sample)
    {
        var value = double.IsFinite(sample.Sweep.NotionalUsd)
            ? SignalText.Format(Signal.WhaleNotional, sample.Sweep.NotionalUsd)
            : FormattableString.Invariant($"{sample.Spec.Quote(sample.Sweep.QuoteAmount):#,0.########} {sample.Spec.QuoteAsset}");
        return FormattableString.Invariant($"{value} in {sample.Sweep.TradeCount} trades over {sample.Sweep.Levels} levels (estimate)");
    }

    /// <summary>What a point is made from.</summary>
    internal readonly record struct Sample(SeriesOrigin Origin, SymbolSpec Spec, Sweep Sweep);
}
