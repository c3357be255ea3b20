using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Ingress;
using OrleansMarket.TestKit;
using Shouldly;

namespace OrleansMarket.Cluster.Tests.Ingress;

public sealed class TradePublisherTests
{
    private static readonly SymbolSpec Btc = new(new Symbol("BTCUSDT"), 2, 5);
    private static readonly SymbolSpec Eth = new(new Symbol("ETHUSDT"), 2, 4);

    private readonly ManualTimeProvider _clock = new();
    private readonly Stream _stream = new();
    private readonly TradePublisher _publisher;

    public TradePublisherTests() => _publisher = new TradePublisher(
        3, 7, [Btc, Eth], null, _stream, new IngressOptions { BatchSize = 4, BatchAge = TimeSpan.FromMilliseconds(15) }, new IngressInstruments(new PlainMeters()), new TradeProgress(), _clock,
        NullLogger.Instance);

    [Fact]
    public async Task ReceiveAsync_PublishesFullBatchesAtOnce()
    {
        await _publisher.ReceiveAsync(Btc.Symbol, Prints(1, 10), default);

        _stream.Ids(Btc).ShouldBe([[1, 2, 3, 4], [5, 6, 7, 8]]);
        _stream.Headers(Btc).ShouldAllBe(header => header.Shard == 3 && header.Epoch == 7);
    }

    [Fact]
    public async Task RunAsync_PublishesWhatHasWaitedLongEnough()
    {
        using var stop = new CancellationTokenSource();
        var running = _publisher.RunAsync(stop.Token);
        await _publisher.ReceiveAsync(Btc.Symbol, Prints(1, 2), default);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await _publisher.ReceiveAsync(Eth.Symbol, Prints(1, 1), default);
        _stream.Ids(Btc).ShouldBeEmpty();

        await _clock.AdvanceUntilAsync(() => _stream.Ids(Btc).Count == 1);
        _stream.Ids(Btc).ShouldBe([[1, 2]]);
        await _clock.AdvanceUntilAsync(() => _stream.Ids(Eth).Count == 1);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task ReceiveAsync_WaitsWhileTheStreamRefuses_AndLosesNothing()
    {
        _stream.Refuses = true;
        var receiving = _publisher.ReceiveAsync(Btc.Symbol, Prints(1, 5), default).AsTask();

        await _clock.AdvanceUntilAsync(() => _stream.Refusals >= 5);
        receiving.IsCompleted.ShouldBeFalse();
        _publisher.LastError.ShouldBe("the queue is full");

        _stream.Refuses = false;
        await _clock.AdvanceUntilAsync(() => receiving.IsCompleted);
        await receiving;
        await _publisher.FlushAsync(default);
        _stream.Ids(Btc).ShouldBe([[1, 2, 3, 4], [5]]);
        _publisher.LastError.ShouldBeNull();
    }

    [Fact]
    public async Task ReceiveAsync_GivesUpOnlyWhenCancelled()
    {
        _stream.Refuses = true;
        using var stop = new CancellationTokenSource();
        var receiving = _publisher.ReceiveAsync(Btc.Symbol, Prints(1, 4), stop.Token).AsTask();
        await _clock.AdvanceUntilAsync(() => _stream.Refusals >= 2);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(receiving);
    }

    [Fact]
    public async Task RejectAsync_TriesUntilTheLetterIsTaken()
    {
        _stream.Refuses = true;
        var letter = new DeadLetter { ReceivedTimeMicros = 1, Reason = DeadLetterReason.BadPrice, Error = "expected a price", Source = "test", Payload = default };
        var rejecting = _publisher.RejectAsync(letter, default).AsTask();
        await _clock.AdvanceUntilAsync(() => _stream.Refusals >= 2);

        _stream.Refuses = false;
        await _clock.AdvanceUntilAsync(() => rejecting.IsCompleted);

        _stream.Letters.ShouldBe([letter]);
    }

    private static ReceivedPrint[] Prints(long first, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new ReceivedPrint(
            Print.Trade(Btc, first + i, 1_723_100_000_000_000 + i, 6_000_000, 10, TakerSide.Buy), 1_723_100_000_000_000, 1_723_100_000_001_000)),
    ];

    private sealed class Stream : ITradeSink
    {
        private readonly ConcurrentQueue<(Symbol Symbol, TradeBatch Batch)> _batches = new();
        private int _refusals;

        public bool Refuses { get; set; }

        public int Refusals => Volatile.Read(ref _refusals);

        public ConcurrentQueue<DeadLetter> Letters { get; } = new();

        public List<long[]> Ids(SymbolSpec spec) => [.. Read(spec).Select(buffer => buffer.Prints.ToArray().Select(received => received.Print.FirstId).ToArray())];

        public List<TradeBatchHeader> Headers(SymbolSpec spec) => [.. Read(spec).Select(buffer => buffer.Header)];

        public Task PublishAsync(Symbol symbol, TradeBatch batch)
        {
            Judge();
            _batches.Enqueue((symbol, batch));
            return Task.CompletedTask;
        }

        public Task RejectAsync(DeadLetter letter)
        {
            Judge();
            Letters.Enqueue(letter);
            return Task.CompletedTask;
        }

        public Task InterruptAsync(IReadOnlyList<Symbol> symbols, string reason) => Task.CompletedTask;

        private void Judge()
        {
            if (Refuses)
            {
                Interlocked.Increment(ref _refusals);
                throw new InvalidOperationException("the queue is full");
            }
        }

        private IEnumerable<TradeBatchBuffer> Read(SymbolSpec spec)
        {
            foreach (var (_, batch) in _batches.Where(pair => pair.Symbol == spec.Symbol))
            {
                var buffer = new TradeBatchBuffer();
                TradeBatchCodec.Decode(batch.Payload, spec, buffer).ShouldBe(TradeBatchVerdict.Read, buffer.Error);
                yield return buffer;
            }
        }
    }
}
