using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Market;

/// <summary>A whale sweep as the outside sees it: an estimate of one taker order.</summary>
/// <param name="Symbol">The pair.</param>
/// <param name="FirstId">First trade id.</param>
/// <param name="LastId">Last trade id.</param>
/// <param name="TradeTime">The exchange's trade time.</param>
/// <param name="Taker">Who took liquidity.</param>
/// <param name="Quantity">Base units.</param>
/// <param name="QuoteAmount">Quote units.</param>
/// <param name="NotionalUsd">USD, or <see langword="null"/> when no rate is known.</param>
/// <param name="AveragePrice">Quote amount over quantity.</param>
/// <param name="Levels">Distinct price levels.</param>
/// <param name="ImpactPercent">Last price against the print before, percent.</param>
/// <param name="Threshold">The threshold in force.</param>
/// <param name="Revised">Whether a repair changed it.</param>
public sealed record WhaleView(
    Symbol Symbol, long FirstId, long LastId, DateTimeOffset TradeTime, TakerSide Taker, decimal Quantity, decimal QuoteAmount,
    decimal? NotionalUsd, decimal AveragePrice, int Levels, double? ImpactPercent, double Threshold, bool Revised)
{
    /// <summary>Translates a sweep.</summary>
    public static WhaleView From(SymbolSpec spec, in Sweep sweep)
    {
        var quantity = spec.Quantity(sweep.Quantity);
        var quote = spec.Quote(sweep.QuoteAmount);
        return new(
            spec.Symbol, sweep.FirstId, sweep.LastId, Micros.ToInstant(sweep.TradeTimeMicros), sweep.Taker, quantity, quote,
            double.IsFinite(sweep.NotionalUsd) ? Math.Round((decimal)sweep.NotionalUsd, 2) : null, quote / quantity, sweep.Levels,
            double.IsFinite(sweep.Impact) ? sweep.Impact * 100 : null, sweep.Threshold, sweep.Revised);
    }
}
