using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>A source of trades with all that belongs to it.</summary>
/// <param name="Feed">Builds the feed for the symbols that are followed.</param>
/// <param name="Symbols">The symbols asked for.</param>
/// <param name="Exchange">What the exchange says of itself; <see langword="null"/> for a recording.</param>
/// <param name="Audit">The same, asked for what can wait: it gets the smallest share of the request budget.</param>
/// <param name="Repairer">Builds what finds the trades of a gap, beside the raw log; <see langword="null"/> for a recording.</param>
/// <param name="Specs">Specifications already asked for, by symbol; empty when the exchange could not be reached.</param>
/// <param name="Source">What it is, for people.</param>
internal sealed record MarketParts(
    Func<IReadOnlyList<SymbolSpec>, ITradeFeed> Feed, IReadOnlyList<Symbol> Symbols, IExchange? Exchange, IExchange? Audit, Func<ITradeLog, IGapRepairer>? Repairer,
    IReadOnlyDictionary<Symbol, SymbolSpec> Specs, FeedSource Source);
