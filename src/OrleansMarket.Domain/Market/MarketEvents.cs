using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace OrleansMarket.Domain.Market;

/// <summary>Hands live events to every reader. A reader too slow loses its oldest events and is told how many; nobody waits for it.</summary>
/// <param name="capacity">How many events may wait per reader.</param>
public sealed class MarketEvents(int capacity = 1_024) : IMarketEventSink
{
    private ImmutableArray<Reader> _readers = [];
    private long _lastId;

    /// <inheritdoc/>
    public bool HasReaders => !_readers.IsEmpty;

    /// <summary>Gives an event its number and hands it to every reader that wants it.</summary>
    public void Publish(MarketEvent market)
    {
        var readers = _readers;
        if (readers.IsEmpty)
        {
            return;
        }

        var numbered = market with { Id = Interlocked.Increment(ref _lastId) };
        foreach (var reader in readers)
        {
            reader.Offer(numbered);
        }
    }

    /// <summary>Reads events from now on, until cancelled.</summary>
    public async IAsyncEnumerable<MarketEvent> ReadAsync(WatchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new Reader(query, capacity);
        ImmutableInterlocked.Update(ref _readers, readers => readers.Add(reader));
        try
        {
            await foreach (var market in reader.ReadAllAsync(cancellationToken))
            {
                yield return market;
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _readers, readers => readers.Remove(reader));
        }
    }

    private static string KindOf(MarketEvent market) => market switch
    {
        { Trade: not null } => "trade",
        { Candle: not null } => "candle",
        { Whale: not null } => "whale",
        { Alert: not null } => "alert",
        { Gap: not null } => "gap",
        { Price: not null } => "price",
        _ => "market",
    };

    private sealed class Reader
    {
        private readonly WatchQuery _query;
        private readonly Channel<MarketEvent> _channel;
        private long _dropped;

        public Reader(WatchQuery query, int capacity)
        {
            _query = query;
            _channel = Channel.CreateBounded<MarketEvent>(
                new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                _ => Interlocked.Increment(ref _dropped));
        }

        public void Offer(MarketEvent market)
        {
            if ((_query.Symbols.Count == 0 || _query.Symbols.Contains(market.Symbol)) && (_query.Kinds.Count == 0 || _query.Kinds.Contains(KindOf(market))))
            {
                _channel.Writer.TryWrite(market);
            }
        }

        public async IAsyncEnumerable<MarketEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var market in _channel.Reader.ReadAllAsync(cancellationToken))
            {
                var dropped = Interlocked.Read(ref _dropped);
                yield return dropped == 0 ? market : market with { Dropped = dropped };
            }
        }
    }
}
