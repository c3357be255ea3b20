using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Candles;

/// <summary>Keeps closed candles, exact. Writing the same candle again replaces it when its revision or status is not lower.</summary>
public interface ICandleStore
{
    /// <summary>Stores candles of one symbol; durable when the task completes.</summary>
    Task AppendAsync(SymbolSpec spec, IReadOnlyList<Candle> candles, CancellationToken cancellationToken);

    /// <summary>Reads candles whose open time lies in [from, to), oldest first, at most <paramref name="limit"/>.</summary>
    /// <param name="spec">The symbol and the scale in which the answer is wanted.</param>
    /// <param name="interval">The window.</param>
    /// <param name="fromMicros">First open time, inclusive.</param>
    /// <param name="toMicros">End, exclusive.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Candle>> ReadAsync(
        SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the newest candles whose open time lies before <paramref name="toMicros"/>, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Candle>> ReadNewestAsync(
        SymbolSpec spec, CandleInterval interval, long toMicros, int limit, CancellationToken cancellationToken);
}
