using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Tests.Repair;

/// <summary>An exchange's past over a given tape of individual trades; what its database does not know yet can be set.</summary>
internal sealed class StubHistory(SymbolSpec spec, Print[] tape) : ITradeHistory
{
    private const long FirstAggregateId = 500; // another id space than the trades'

    private readonly AggregateTrade[] _aggregates = Join(spec, tape);
    private readonly HashSet<long> _lost = [];

    public StubHistory(Print[] tape, IEnumerable<int>? lost = null)
        : this(new SymbolSpec(new Symbol("BTCUSDT"), 2, 5), tape) => _lost = [.. (lost ?? []).Select(index => tape[index].FirstId)];

    public Print[] Tape => tape;

    public bool ServesHistoricalTrades { get; set; }

    /// <summary>How many of the newest trades the database does not know yet.</summary>
    public int Lag { get; set; }

    /// <summary>How many of the tape's trades have happened.</summary>
    public int Happened { get; set; } = tape.Length;

    public Func<string, Exception?> Failure { get; set; } = _ => null;

    public List<string> Calls { get; } = [];

    /// <summary>Where the pages of <c>historicalTrades</c> began, as an index of the tape, and how many rows were asked for.</summary>
    public List<(int From, int Limit)> Pages { get; } = [];

    public int TakeCalls()
    {
        var count = Calls.Count;
        Calls.Clear();
        return count;
    }

    public static AggregateTrade[] Join(SymbolSpec spec, Print[] tape)
    {
        List<AggregateTrade> rows = [];
        for (var i = 0; i < tape.Length;)
        {
            var end = i;
            var quantity = 0L;
            for (; end < tape.Length && (tape[end].TradeTimeMicros, tape[end].Price, tape[end].Taker) == (tape[i].TradeTimeMicros, tape[i].Price, tape[i].Taker); end++)
            {
                quantity += tape[end].Quantity;
            }

            rows.Add(new AggregateTrade(FirstAggregateId + rows.Count, Print.Aggregate(spec, tape[i].FirstId, tape[end - 1].LastId, tape[i].TradeTimeMicros, tape[i].Price, quantity, tape[i].Taker)));
            i = end;
        }

        return [.. rows];
    }

    public Task<IReadOnlyList<Print>> GetNewestTradesAsync(SymbolSpec asked, int limit, CancellationToken cancellationToken) =>
        Answer<Print>("trades", tape.Take(Happened).TakeLast(limit).Where(Has));

    public Task<IReadOnlyList<Print>> GetTradesFromAsync(SymbolSpec asked, long fromId, int limit, CancellationToken cancellationToken)
    {
        Pages.Add(((int)(fromId - tape[0].FirstId), limit));
        return Answer<Print>("historicalTrades", tape.Take(Happened - Lag).Where(trade => trade.FirstId >= fromId && Has(trade)).Take(limit));
    }

    public Task<IReadOnlyList<AggregateTrade>> GetAggregatesByTimeAsync(SymbolSpec asked, long? fromMicros, long? toMicros, int limit, CancellationToken cancellationToken)
    {
        var rows = Known().Where(row => row.Print.TradeTimeMicros >= (fromMicros ?? 0) && row.Print.TradeTimeMicros <= (toMicros ?? long.MaxValue));
        return Answer("aggTrades by time", fromMicros is null ? rows.TakeLast(limit) : rows.Take(limit));
    }

    public Task<IReadOnlyList<AggregateTrade>> GetAggregatesFromAsync(SymbolSpec asked, long fromAggregateId, int limit, CancellationToken cancellationToken) =>
        Answer("aggTrades by id", Known().Where(row => row.AggregateId >= fromAggregateId).Take(limit));

    private bool Has(Print print) => !_lost.Contains(print.FirstId);

    private IEnumerable<AggregateTrade> Known()
    {
        var known = Happened - Lag <= 0 ? -1 : tape[Happened - Lag - 1].LastId;
        return _aggregates.TakeWhile(row => row.Print.LastId <= known).Where(row => Has(row.Print));
    }

    private Task<IReadOnlyList<T>> Answer<T>(string call, IEnumerable<T> rows)
    {
        Calls.Add(call);
        return Failure(call) is { } failure ? Task.FromException<IReadOnlyList<T>>(failure) : Task.FromResult<IReadOnlyList<T>>([.. rows]);
    }
}

/// <summary>A log that holds the given prints.</summary>
internal sealed class StubLog(IEnumerable<Print> held) : ITradeLog
{
    private readonly Print[] _held = [.. held];

    public int Reads { get; private set; }

    public ValueTask AppendAsync(SymbolSpec spec, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task FlushAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ReceivedPrint>> ReadByIdAsync(SymbolSpec spec, IdRange ids, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        return Task.FromResult<IReadOnlyList<ReceivedPrint>>(
            [.. _held.Where(print => ids.Overlaps(new IdRange(print.FirstId, print.LastId))).Select(print => new ReceivedPrint(print, print.TradeTimeMicros, print.TradeTimeMicros)).Take(limit)]);
    }

    public Task<IReadOnlyList<ReceivedPrint>> ReadByTimeAsync(SymbolSpec spec, long fromMicros, long toMicros, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
