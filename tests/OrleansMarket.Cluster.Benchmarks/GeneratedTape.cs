using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.Cluster.Benchmarks;

/// <summary>The simulated trades of one symbol, over and over with new ids, in the time of our clock. Not safe for use by several threads at once.</summary>
internal sealed class GeneratedTape
{
    private const int Length = 32_768;

    private readonly Print[] _prints;
    private long _nextId;

    /// <summary>Makes the tape of a symbol.</summary>
    public GeneratedTape(SimulatedSymbol symbol)
    {
        Spec = symbol.Spec;
        _prints = [.. new MarketModel(symbol, seed: 1, tradesPerSecond: 20).From(MarketModel.StartMicros).Take(Length)];
        _nextId = _prints[0].FirstId;
    }

    /// <summary>Gets the symbol and its scales.</summary>
    public SymbolSpec Spec { get; }

    /// <summary>Gets the id after the last that was made.</summary>
    public long NextId => _nextId;

    /// <summary>The next trades, as if they had been received just now.</summary>
    public void Fill(Span<ReceivedPrint> prints, long nowMicros)
    {
        foreach (ref var received in prints)
        {
            var model = _prints[_nextId % Length];
            var print = new Print(_nextId, _nextId, nowMicros, model.Price, model.Quantity, model.QuoteAmount, model.Taker);
            received = new ReceivedPrint(print, nowMicros, nowMicros);
            _nextId++;
        }
    }
}
