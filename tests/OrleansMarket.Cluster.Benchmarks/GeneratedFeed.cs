using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Cluster.Benchmarks;

/// <summary>Trades of every symbol over one connection: as many as the engines take, or one by one at a rate.</summary>
/// <param name="tapes">The tapes of the symbols.</param>
/// <param name="tradesPerSecond">Trades a second over all symbols; <see langword="null"/> for as many as are taken.</param>
/// <param name="applied">How many trades the engines have taken.</param>
internal sealed class GeneratedFeed(IReadOnlyList<GeneratedTape> tapes, int? tradesPerSecond, Func<long> applied) : ITradeFeed
{
    private const int Chunk = 500;

    // Enough to keep every engine busy; more would only make the generator and the queues take time from the engines.
    private const long MostUnderWay = 500_000;
    private const string Name = "generated trades";

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _ends;

    /// <inheritdoc/>
    public FeedSource Source => Kind;

    /// <inheritdoc/>
    public FeedStatus Status { get; } = FeedStatus.Starting with { Connected = true, Connections = 1, Planned = 1 };

    /// <summary>What the feed is, for page and log.</summary>
    public static FeedSource Kind { get; } = new(FeedKind.Simulated, Name);

    /// <summary>Makes no more trades, and waits until the last one is handed over.</summary>
    public Task EndAsync()
    {
        _ends = true;
        return _ended.Task;
    }

    /// <inheritdoc/>
    public async Task RunAsync(ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        try
        {
            await (tradesPerSecond is { } rate ? PaceAsync(receiver, rate, cancellationToken) : PourAsync(receiver, cancellationToken));
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private async Task PourAsync(ITradeReceiver receiver, CancellationToken cancellationToken)
    {
        var prints = new ReceivedPrint[Chunk];
        var sent = 0L;
        while (!_ends)
        {
            foreach (var tape in tapes)
            {
                while (sent - applied() > MostUnderWay)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
                }

                tape.Fill(prints, Micros.From(TimeProvider.System.GetUtcNow()));
                await receiver.ReceiveAsync(tape.Spec.Symbol, prints, cancellationToken);
                sent += Chunk;
            }
        }
    }

    private async Task PaceAsync(ITradeReceiver receiver, int rate, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var begun = TimeProvider.System.GetTimestamp();
        var print = new ReceivedPrint[1];
        for (var sent = 0L; !_ends && await timer.WaitForNextTickAsync(cancellationToken);)
        {
            for (var due = (long)(TimeProvider.System.GetElapsedTime(begun).TotalSeconds * rate); sent < due; sent++)
            {
                var tape = tapes[(int)(sent % tapes.Count)];
                tape.Fill(print, Micros.From(TimeProvider.System.GetUtcNow()));
                await receiver.ReceiveAsync(tape.Spec.Symbol, print, cancellationToken);
            }
        }
    }
}
