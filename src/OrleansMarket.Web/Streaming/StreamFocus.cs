using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Web.Streaming;

/// <summary>Thins out what a chart does not need: trades and candles of other pairs, and candles of other intervals.</summary>
/// <param name="Symbol">The pair whose trades and candles pass; all when <see langword="null"/>.</param>
/// <param name="Interval">The interval whose candles pass; all when <see langword="null"/>.</param>
internal readonly record struct StreamFocus(Symbol? Symbol, string? Interval)
{
    /// <summary>Tells whether an event goes to the reader.</summary>
    public bool Passes(StreamEvent item) => item switch
    {
        { Trade: not null } => Symbol is null || item.Symbol == Symbol,
        { Candle: { } candle } => (Symbol is null || item.Symbol == Symbol) && (Interval is null || candle.Interval == Interval),
        _ => true,
    };
}
