using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>One print as the outside sees it.</summary>
/// <param name="Symbol">The pair.</param>
/// <param name="TradeId">First trade id.</param>
/// <param name="LastTradeId">Last trade id; equals the first except for an aggregate brought by a repair.</param>
/// <param name="Price">Price, quote units.</param>
/// <param name="Quantity">Quantity, base units.</param>
/// <param name="TradeTime">When the exchange matched it.</param>
/// <param name="EventTime">When the exchange sent it.</param>
/// <param name="IngestionTime">When we read it, our clock.</param>
/// <param name="LatencyMs">Ingestion minus event time, ms; negative when the clocks disagree.</param>
/// <param name="IsBuyerMaker">Whether the taker sold.</param>
public sealed record TradeView(
    Symbol Symbol, long TradeId, long LastTradeId, decimal Price, decimal Quantity, DateTimeOffset TradeTime,
    DateTimeOffset EventTime, DateTimeOffset IngestionTime, double LatencyMs, bool IsBuyerMaker)
{
    /// <summary>Translates a print.</summary>
    public static TradeView From(SymbolSpec spec, in ReceivedPrint received) => new(
        spec.Symbol, received.Print.FirstId, received.Print.LastId, spec.Price(received.Print.Price), spec.Quantity(received.Print.Quantity),
        Micros.ToInstant(received.Print.TradeTimeMicros), Micros.ToInstant(received.EventTimeMicros), Micros.ToInstant(received.ReceivedTimeMicros),
        received.LatencyMicros / 1_000d, received.Print.Taker == TakerSide.Sell);
}
