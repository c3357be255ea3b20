using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Pipeline;

/// <summary>What the exchange itself says, asked inside the request budget. Failures are <see cref="ExchangeUnavailableException"/>.</summary>
public interface IExchange
{
    /// <summary>The specifications of the given symbols; unknown ones are absent from the answer.</summary>
    Task<IReadOnlyDictionary<Symbol, SymbolSpec>> GetSpecsAsync(IReadOnlyCollection<Symbol> symbols, CancellationToken cancellationToken);

    /// <summary>The last trade of each symbol (batched), for tail checks and the 24 h figures.</summary>
    Task<IReadOnlyDictionary<Symbol, LastTrade>> GetLastTradesAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken);

    /// <summary>
    /// The id of the first trade at or after an instant, or <see langword="null"/> when there is none yet; the start of a symbol's coverage.
    /// </summary>
    Task<long?> FindFirstIdAsync(SymbolSpec spec, long fromMicros, CancellationToken cancellationToken);

    /// <summary>Klines whose open time lies in [from, to), oldest first, paged until complete. Status is <see cref="CandleStatus.Verified"/> for closed windows.</summary>
    Task<IReadOnlyList<Candle>> GetKlinesAsync(SymbolSpec spec, CandleInterval interval, long fromMicros, long toMicros, CancellationToken cancellationToken);
}

/// <summary>The exchange's last trade of a symbol.</summary>
/// <param name="LastId">Its id.</param>
/// <param name="Price">Its price, scaled.</param>
/// <param name="AskedMicros">
/// When we asked, exchange clock as far as known, less what the answer may lag, µs: every trade before it has an id up to <paramref name="LastId"/>.
/// The trade with that id may be a little younger.
/// </param>
public readonly record struct LastTrade(long LastId, long Price, long AskedMicros);

/// <summary>The exchange cannot be asked now.</summary>
public sealed class ExchangeUnavailableException : Exception
{
    /// <summary>Builds the exception.</summary>
    /// <param name="message">What was asked and what came back; no secrets.</param>
    /// <param name="retryAfter">When to ask again, if known.</param>
    /// <param name="innerException">The cause, if any.</param>
    public ExchangeUnavailableException(string message, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException) => RetryAfter = retryAfter;

    /// <summary>Gets when to ask again, if known.</summary>
    public TimeSpan? RetryAfter { get; }
}
