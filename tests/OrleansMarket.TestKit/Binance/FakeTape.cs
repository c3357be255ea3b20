using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.TestKit.Binance;

/// <summary>What happened on the fake exchange: the individual trades of some symbols, by id.</summary>
public sealed class FakeTape
{
    private FakeTape(IReadOnlyDictionary<Symbol, (SymbolSpec Spec, Print[] Trades)> symbols) => Symbols = symbols;

    /// <summary>Gets the trades by symbol.</summary>
    public IReadOnlyDictionary<Symbol, (SymbolSpec Spec, Print[] Trades)> Symbols { get; }

    /// <summary>A tape of given trades.</summary>
    /// <exception cref="ArgumentException">Ids are not contiguous, or a print is not an individual trade.</exception>
    public static FakeTape Of(params (SymbolSpec Spec, IEnumerable<Print> Trades)[] symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        var bySymbol = new Dictionary<Symbol, (SymbolSpec, Print[])>();
        foreach (var (spec, source) in symbols)
        {
            var trades = source.ToArray();
            for (var index = 0; index < trades.Length; index++)
            {
                if (trades[index].FirstId != trades[0].FirstId + index || trades[index].TradeCount != 1)
                {
                    throw new ArgumentException($"expected individual trades of {spec.Symbol} with contiguous ids, found {trades[index]}", nameof(symbols));
                }
            }

            bySymbol.Add(spec.Symbol, (spec, trades));
        }

        return new FakeTape(bySymbol);
    }

    /// <summary>The same trades at other times.</summary>
    /// <param name="micros">How much later.</param>
    public FakeTape Later(long micros) => new(Symbols.ToDictionary(pair => pair.Key, pair =>
    {
        var spec = pair.Value.Spec;
        return (spec, pair.Value.Trades.Select(trade => Print.Trade(spec, trade.FirstId, trade.TradeTimeMicros + micros, trade.Price, trade.Quantity, trade.Taker)).ToArray());
    }));

    /// <summary>A tape of the market model: the same arguments give the same trades.</summary>
    /// <param name="fromMicros">First trade time, inclusive.</param>
    /// <param name="length">How long.</param>
    /// <param name="tradesPerSecond">Average rate of each symbol.</param>
    /// <param name="seed">Another seed is another market.</param>
    /// <param name="symbols">The pairs.</param>
    public static FakeTape FromModel(long fromMicros, TimeSpan length, double tradesPerSecond, int seed, params string[] symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        var end = fromMicros + Micros.From(length);
        return Of([.. symbols.Select(name =>
        {
            var model = new MarketModel(SimulatedSymbol.Of(new Symbol(name)), seed, tradesPerSecond);
            return (model.Spec, model.From(fromMicros).TakeWhile(trade => trade.TradeTimeMicros < end));
        })]);
    }
}
