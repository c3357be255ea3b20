using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Rest;

namespace OrleansMarket.Feeds.Sources;

/// <summary>A source of trades with all that belongs to it.</summary>
/// <param name="Feed">Builds the feed for the symbols that are followed.</param>
/// <param name="Symbols">The symbols asked for.</param>
/// <param name="Exchange">What the exchange says of itself; <see langword="null"/> for a recording.</param>
/// <param name="Audit">The same, asked for what can wait: it gets the smallest share of the request budget.</param>
/// <param name="Repairer">Builds what finds the trades of a gap, beside the raw log; <see langword="null"/> for a recording.</param>
/// <param name="Specs">Specifications already asked for, by symbol; empty when the exchange could not be reached.</param>
/// <param name="Source">What it is, for people.</param>
/// <param name="PriceClient">The exchange's client for prices; <see langword="null"/> where prices are not the real market's and must not be mixed with those that are.</param>
public sealed record MarketParts(
    Func<IReadOnlyList<SymbolSpec>, ITradeFeed> Feed, IReadOnlyList<Symbol> Symbols, IExchange? Exchange, IExchange? Audit,
    Func<ITradeLog, IGapRepairer>? Repairer, IReadOnlyDictionary<Symbol, SymbolSpec> Specs, FeedSource Source,
    BinanceRestClient? PriceClient = null)
{
    /// <summary>The specifications to run with, in the order of the symbols: what the source says now, or else what an earlier run knew.</summary>
    /// <exception cref="MarketStartException">A symbol is unknown, or nothing is known of any.</exception>
    public async Task<IReadOnlyList<SymbolSpec>> FollowAsync(ISymbolSpecStore store, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Symbol, SymbolSpec> known;
        if (Specs.Count > 0)
        {
            var unknown = Symbols.Where(symbol => !Specs.ContainsKey(symbol)).ToArray();
            if (unknown.Length > 0)
            {
                throw new MarketStartException($"SYMBOLS: expected pairs that {Source.Name} lists, found {string.Join(", ", unknown)}");
            }

            known = await store.SaveAsync([.. Symbols.Select(symbol => Specs[symbol])], cancellationToken);
        }
        else
        {
            known = await store.LoadAllAsync(cancellationToken);
        }

        var followed = Symbols.Where(known.ContainsKey).Select(symbol => known[symbol]).ToArray();
        return followed.Length == Symbols.Count
            ? followed
            : throw new MarketStartException(
                $"{Source.Name} cannot be asked about {string.Join(", ", Symbols.Where(symbol => !known.ContainsKey(symbol)))}, and no earlier run knows them: check the network, or start with --source simulator");
    }
}
