using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Tests.Simulation;

/// <summary>Keeps what a feed hands on.</summary>
internal sealed class RecordingReceiver : ITradeReceiver
{
    private readonly Lock _gate = new();
    private readonly List<ReceivedPrint> _received = [];
    private readonly List<DeadLetter> _letters = [];
    private readonly List<string> _interruptions = [];

    public IReadOnlyList<ReceivedPrint> Received => Copy(_received);

    public IReadOnlyList<Print> Prints => [.. Received.Select(received => received.Print)];

    public IReadOnlyList<DeadLetter> Letters => Copy(_letters);

    public IReadOnlyList<string> Interruptions => Copy(_interruptions);

    public ValueTask ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _received.AddRange(prints.Span);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _letters.Add(letter);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _interruptions.Add(reason);
        }

        return ValueTask.CompletedTask;
    }

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_gate)
        {
            return [.. list];
        }
    }
}
