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
    private int _interruptionsBegun;

    public ConcurrentQueue<DeadLetter> Letters { get; } = [];

    public ConcurrentQueue<(IReadOnlyList<Symbol> Symbols, string Reason)> Interruptions { get; } = [];

    /// <summary>Gets how many interruptions it has been told of, heard or not.</summary>
    public int InterruptionsBegun => Volatile.Read(ref _interruptionsBegun);

    public int LargestBatch { get; private set; }

    public bool OverlappingCalls { get; private set; }

    public Task Gate { get; set; } = Task.CompletedTask;

    public Exception? Failure { get; set; }

    public Exception? FailureWhenInterrupted { get; set; }

    /// <summary>Gets or sets what the receiver waits for before it has heard of an interruption.</summary>
    public Task InterruptionGate { get; set; } = Task.CompletedTask;

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

    public async ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _interruptionsBegun);
        await InterruptionGate.WaitAsync(cancellationToken);
        if (FailureWhenInterrupted is not null)
        {
            throw FailureWhenInterrupted;
        }

        Interruptions.Enqueue((symbols, reason));
    }
}
