using System.Collections.Concurrent;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Tests.Binance;

/// <summary>Keeps everything a feed hands on; can be told to wait or to fail.</summary>
internal sealed class CollectingReceiver : ITradeReceiver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Symbol, List<ReceivedPrint>> _prints = [];
    private readonly HashSet<Symbol> _busy = [];

    public ConcurrentQueue<DeadLetter> Letters { get; } = [];

    public ConcurrentQueue<(IReadOnlyList<Symbol> Symbols, string Reason)> Interruptions { get; } = [];

    public int LargestBatch { get; private set; }

    public bool OverlappingCalls { get; private set; }

    public Task Gate { get; set; } = Task.CompletedTask;

    public Exception? Failure { get; set; }

    public ReceivedPrint[] Prints(Symbol symbol)
    {
        lock (_gate)
        {
            return _prints.TryGetValue(symbol, out var prints) ? [.. prints] : [];
        }
    }

    /// <summary>The trades of a symbol, once each, by id: what the engine would keep.</summary>
    public Print[] Distinct(Symbol symbol) => [.. Prints(symbol).Select(received => received.Print).DistinctBy(print => print.FirstId).OrderBy(print => print.FirstId)];

    public async ValueTask ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            OverlappingCalls |= !_busy.Add(symbol);
        }

        await Gate.WaitAsync(cancellationToken);
        if (Failure is not null)
        {
            throw Failure;
        }

        lock (_gate)
        {
            _busy.Remove(symbol);
            LargestBatch = Math.Max(LargestBatch, prints.Length);
            if (!_prints.TryGetValue(symbol, out var kept))
            {
                _prints[symbol] = kept = [];
            }

            kept.AddRange(prints.Span);
        }
    }

    public ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        Letters.Enqueue(letter);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken)
    {
        Interruptions.Enqueue((symbols, reason));
        return ValueTask.CompletedTask;
    }
}
