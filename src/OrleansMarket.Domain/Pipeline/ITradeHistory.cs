using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>
/// Past trades as the exchange tells them, asked inside the request budget. Every answer is oldest first and holds at most 1,000 rows;
/// answers from the exchange's database may lag behind the stream. Failures are <see cref="ExchangeUnavailableException"/>.
/// </summary>
public interface ITradeHistory
{
    /// <summary>Gets whether the host in use serves <see cref="GetTradesFromAsync"/>; the market-data-only host does not.</summary>
    bool ServesHistoricalTrades { get; }

    /// <summary>The newest individual trades, by id. Answered from memory: does not lag.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="limit">How many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Print>> GetNewestTradesAsync(SymbolSpec spec, int limit, CancellationToken cancellationToken);

    /// <summary>Individual trades from an id on, by id.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="fromId">First trade id, inclusive.</param>
    /// <param name="limit">How many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Print>> GetTradesFromAsync(SymbolSpec spec, long fromId, int limit, CancellationToken cancellationToken);

    /// <summary>Aggregates by trade time: the oldest from <paramref name="fromMicros"/> on, or without it the newest up to <paramref name="toMicros"/>.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="fromMicros">First trade time, µs, inclusive; <see langword="null"/> for the newest.</param>
    /// <param name="toMicros">Last trade time, µs, inclusive; <see langword="null"/> for no end.</param>
    /// <param name="limit">How many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<AggregateTrade>> GetAggregatesByTimeAsync(
        SymbolSpec spec, long? fromMicros, long? toMicros, int limit, CancellationToken cancellationToken);

    /// <summary>Aggregates from an aggregate id on, by that id.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="fromAggregateId">First aggregate id, inclusive: not a trade id.</param>
    /// <param name="limit">How many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<AggregateTrade>> GetAggregatesFromAsync(SymbolSpec spec, long fromAggregateId, int limit, CancellationToken cancellationToken);
}

/// <summary>One taker order's fills at one price and time, as the exchange joins them.</summary>
/// <param name="AggregateId">The exchange's aggregate id: contiguous per symbol, and unrelated to trade ids.</param>
/// <param name="Print">What it covers, first to last trade id.</param>
public readonly record struct AggregateTrade(long AggregateId, Print Print);
