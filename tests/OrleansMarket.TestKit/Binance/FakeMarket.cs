using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <summary>One symbol on the fake exchange: what will happen, and how much of it has happened.</summary>
internal sealed class FakeMarket
{
    private readonly Lock _gate = new();
    private TrueCandle? _whole;
    private int _counted;
    private int _published;

    public FakeMarket(SymbolSpec spec, Print[] trades)
    {
        Spec = spec;
        Trades = trades;
        Aggregates = Join(spec, trades);
    }

    public SymbolSpec Spec { get; }

    public string Name => Spec.Symbol.Value;

    public Print[] Trades { get; }

    /// <summary>Gets the whole tape's aggregates, with ids of their own far below the trade ids.</summary>
    public AggregateTrade[] Aggregates { get; }

    public int Published
    {
        get => Volatile.Read(ref _published);
        set => Volatile.Write(ref _published, value);
    }

    /// <summary>Gets the trades that have happened, by id.</summary>
    public ArraySegment<Print> Happened => new(Trades, 0, Published);

    /// <summary>The aggregates whose trades have all happened, less the newest trades that the database does not know yet.</summary>
    public IEnumerable<AggregateTrade> HappenedAggregates(int lagTrades)
    {
        var known = Published - lagTrades;
        return known <= 0 ? [] : Aggregates.TakeWhile(aggregate => aggregate.Print.LastId <= Trades[known - 1].LastId);
    }

    /// <summary>How many trades of the tape are before an instant.</summary>
    public int CountBefore(long micros)
    {
        var (low, high) = (0, Trades.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Trades[middle].TradeTimeMicros < micros ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>What has happened since an instant as one candle; the trades before it are not counted twice while the instant lies before the tape.</summary>
    public TrueCandle? Since(long micros)
    {
        var happened = Happened;
        if (happened.Count == 0 || happened[0].TradeTimeMicros <= micros)
        {
            return TrueCandle.Of(Spec, happened.Where(trade => trade.TradeTimeMicros > micros), long.MaxValue).SingleOrDefault();
        }

        lock (_gate)
        {
            if (happened.Count > _counted)
            {
                var rest = TrueCandle.Of(Spec, happened.Skip(_counted), long.MaxValue).Single();
                _whole = _whole?.Then(rest) ?? rest;
                _counted = happened.Count;
            }

            return _whole;
        }
    }

    private static AggregateTrade[] Join(SymbolSpec spec, Print[] trades)
    {
        var aggregates = new List<AggregateTrade>();
        var nextId = 7_001L;
        for (var index = 0; index < trades.Length;)
        {
            var first = trades[index];
            var quantity = 0L;
            var end = index;
            while (end < trades.Length && trades[end].TradeTimeMicros == first.TradeTimeMicros && trades[end].Price == first.Price && trades[end].Taker == first.Taker)
            {
                quantity += trades[end].Quantity;
                end++;
            }

            aggregates.Add(new AggregateTrade(
                nextId++, Print.Aggregate(spec, first.FirstId, trades[end - 1].LastId, first.TradeTimeMicros, first.Price, quantity, first.Taker)));
            index = end;
        }

        return [.. aggregates];
    }
}
