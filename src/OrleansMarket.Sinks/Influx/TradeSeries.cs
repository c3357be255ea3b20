using OrleansMarket.Domain;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Influx;

/// <summary>The measurement <c>trade</c>.</summary>
internal static class TradeSeries
{
    public static SeriesMeasurement<Sample> Measurement { get; } =
        new SeriesMeasurement<Sample>.Builder("trade", "A counted trade. Off by default (`Influx:Trades`): a busy pair has millions a day.")
            .Tag("symbol", "Pair (BTCUSDT)", s => s.Spec.Symbol.Value)
            .Tag("taker", "buy or sell: who took liquidity", s => WireName.Of(s.Received.Print.Taker))
            .Tag("exchange", "Whose trades (binance)", s => s.Origin.Exchange)
            .Tag("feed", "live, simulated or replay", s => s.Origin.FeedName)
            .Decimal("price", "quote", "Price", s => s.Spec.Price(s.Received.Print.Price))
            .Decimal("quantity", "base", "Quantity", s => s.Spec.Quantity(s.Received.Print.Quantity))
            .Decimal("quote_amount", "quote", "Price × quantity, cut as the exchange cuts it", s => s.Spec.Quote(s.Received.Print.QuoteAmount))
            .Integer("trade_id", "", "Trade id; the first where a line covers several", s => s.Received.Print.FirstId)
            .Integer("trades", "{trade}", "Number of trades that the line covers", s => s.Received.Print.TradeCount)
            .Float("latency", "s", "Receipt minus the exchange's send time; negative when the clocks disagree", s => s.Received.LatencyMicros / (double)Micros.PerSecond)
            .Build("Trade time, and in its nanoseconds the last three digits of the trade id",
                s => SeriesTime.Apart(s.Received.Print.TradeTimeMicros, s.Received.Print.FirstId));

    /// <summary>What a point is made from.</summary>
    internal readonly record struct Sample(SeriesOrigin Origin, SymbolSpec Spec, ReceivedPrint Received);
}
