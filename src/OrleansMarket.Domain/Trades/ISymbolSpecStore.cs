namespace OrleansMarket.Domain.Trades;

/// <summary>Keeps the last known specification of every symbol, so that a restart without the exchange knows the scales.</summary>
/// <remarks>
/// The decimals of a symbol never fall: when the exchange makes a tick coarser, older candles and trades still need the finer scale, and the
/// finer scale holds every coarser number exactly. So run with what <see cref="SaveAsync"/> answers, not with what the exchange said.
/// </remarks>
public interface ISymbolSpecStore
{
    /// <summary>Stores what the exchange said and answers, by symbol, the specifications to run with; durable when the task completes.</summary>
    Task<IReadOnlyDictionary<Symbol, SymbolSpec>> SaveAsync(IReadOnlyCollection<SymbolSpec> specs, CancellationToken cancellationToken);

    /// <summary>All known specifications by symbol.</summary>
    Task<IReadOnlyDictionary<Symbol, SymbolSpec>> LoadAllAsync(CancellationToken cancellationToken);
}
