using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using OrleansMarket.Contracts.Trades;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Grains.Telemetry;

namespace OrleansMarket.Grains.Ingress;

/// <summary>
/// Takes what the feed of one shard reads: keeps it in the raw log, batches it and publishes the batches. A stream that refuses makes the feed
/// wait, and through it the socket: sums must not lose trades.
/// </summary>
internal sealed partial class TradePublisher : ITradeReceiver
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly FrozenDictionary<Symbol, TradeBatcher> _batchers;
    private readonly ITradeLog? _log;
    private readonly ITradeSink _sink;
    private readonly IngressOptions _options;
    private readonly IngressInstruments _metrics;
    private readonly TradeProgress _progress;
    private readonly TradeTraces? _traces;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private long _failing;
    private volatile string? _lastError;

    /// <summary>Builds a publisher.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="epoch">The term of its owner; every batch carries it.</param>
    /// <param name="specs">The symbols of the shard.</param>
    /// <param name="log">The raw log of this silo; <see langword="null"/> where none is kept.</param>
    /// <param name="sink">Where batches go.</param>
    /// <param name="options">Batch size and age.</param>
    /// <param name="metrics">Measures.</param>
    /// <param name="progress">Hears how far each symbol was read.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Hears of refusals.</param>
    /// <param name="traces">Follows some of the batches; <see langword="null"/> follows none.</param>
    public TradePublisher(
        int shard, long epoch, IReadOnlyList<SymbolSpec> specs, ITradeLog? log, ITradeSink sink, IngressOptions options, IngressInstruments metrics,
        TradeProgress progress, TimeProvider clock, ILogger logger, TradeTraces? traces = null)
    {
        _batchers = specs.ToFrozenDictionary(spec => spec.Symbol, spec => new TradeBatcher(spec, shard, epoch, options.BatchSize, options.BatchAge, clock));
        (_log, _sink, _options, _metrics, _progress, _clock, _logger, _traces) = (log, sink, options, metrics, progress, clock, logger, traces);
    }

    /// <summary>Gets why the stream takes nothing now, or <see langword="null"/> when it does.</summary>
    public string? LastError => _lastError;

    /// <inheritdoc/>
    public async ValueTask ReceiveAsync(Symbol symbol, ReadOnlyMemory<ReceivedPrint> prints, CancellationToken cancellationToken)
    {
        if (!_batchers.TryGetValue(symbol, out var batcher))
        {
            return;
        }

        if (_log is not null)
        {
            await _log.AppendAsync(batcher.Spec, prints, cancellationToken).ConfigureAwait(false);
        }

        _progress.OnRead(symbol, prints.Span[^1].Print.LastId);
        while (!prints.IsEmpty)
        {
            if (batcher.Add(ref prints) is { } batch)
            {
                await PublishAsync(symbol, batch, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask RejectAsync(DeadLetter letter, CancellationToken cancellationToken) => UntilTakenAsync(() => _sink.RejectAsync(letter), cancellationToken);

    /// <inheritdoc/>
    public ValueTask OnInterruptedAsync(IReadOnlyList<Symbol> symbols, string reason, CancellationToken cancellationToken) =>
        UntilTakenAsync(() => _sink.InterruptAsync(symbols, reason), cancellationToken);

    /// <summary>Publishes what has waited long enough, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, _options.BatchAge.Ticks / 3)), _clock);
        List<Task> publishing = [];
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var batcher in _batchers.Values)
            {
                if (batcher.TakeDue() is { } batch)
                {
                    publishing.Add(PublishAsync(batcher.Spec.Symbol, batch, cancellationToken).AsTask());
                }
            }

            await Task.WhenAll(publishing).ConfigureAwait(false);
            publishing.Clear();
        }
    }

    /// <summary>Publishes what is there; the feed has stopped.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _batchers.Values.Select(batcher => batcher.TakeAll() is { } batch ? PublishAsync(batcher.Spec.Symbol, batch, cancellationToken).AsTask() : Task.CompletedTask));

    private async ValueTask PublishAsync(Symbol symbol, ReadyBatch ready, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        using var followed = _traces?.BeginPublish(symbol, ready.ReceivedMicros, ready.Count);
        var batch = new TradeBatch(ready.Payload) { Trace = followed?.Id };
        await UntilTakenAsync(() => _sink.PublishAsync(symbol, batch), cancellationToken).ConfigureAwait(false);
        _metrics.OnPublished(ready.Count, ready.Payload.Length, _clock.GetElapsedTime(started));
    }

    /// <summary>Tries until it works: what may have arrived twice is told apart by its id.</summary>
    private async ValueTask UntilTakenAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await attempt().WaitAsync(cancellationToken).ConfigureAwait(false);
                if (_lastError is not null)
                {
                    OnTaken();
                }

                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                OnRefused(exception);
            }

            await Task.Delay(pause, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private void OnRefused(Exception exception)
    {
        _metrics.OnRefused();
        _lastError = exception.Message;
        if (Interlocked.Exchange(ref _failing, 1) == 0)
        {
            LogRefused(_logger, exception.Message);
        }
    }

    private void OnTaken()
    {
        _lastError = null;
        if (Interlocked.Exchange(ref _failing, 0) == 1)
        {
            LogTaken(_logger);
        }
    }

    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning, Message = "The trade stream takes nothing now, the feed waits: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(EventId = 3202, Level = LogLevel.Information, Message = "The trade stream takes trades again")]
    private static partial void LogTaken(ILogger logger);
}
