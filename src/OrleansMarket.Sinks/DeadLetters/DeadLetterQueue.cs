using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Sinks.DeadLetters;

/// <summary>Takes dead letters from feed and engines and stores them in batches. The feed waits when it is full.</summary>
public sealed partial class DeadLetterQueue(IDeadLetterStore store, PipelineStats stats, TimeProvider clock, ILogger<DeadLetterQueue> logger)
{
    private const int Capacity = 4_096;
    private const int BatchSize = 256;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<DeadLetter> _letters = Channel.CreateBounded<DeadLetter>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    /// <summary>Gets what is wrong with the store, or <see langword="null"/>.</summary>
    public string? Error { get; private set; }

    /// <summary>From the feed, which waits when the queue is full.</summary>
    public ValueTask AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        stats.OnDeadLetter();
        return _letters.Writer.WriteAsync(letter, cancellationToken);
    }

    /// <summary>From a partition, which must not wait: a letter beyond the capacity is logged instead of stored.</summary>
    public void AddFromEngine(DeadLetter letter)
    {
        stats.OnDeadLetter();
        if (!_letters.Writer.TryWrite(letter))
        {
            LogNotKept(logger, letter.Reason, letter.Symbol, letter.Error);
        }
    }

    /// <summary>Takes no more letters; those that wait are still stored.</summary>
    public void Complete() => _letters.Writer.TryComplete();

    /// <summary>Stores letters until completed; a store that fails is tried again, letters wait meanwhile.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new List<DeadLetter>(BatchSize);
        while (await _letters.Reader.WaitToReadAsync(cancellationToken))
        {
            while (batch.Count < BatchSize && _letters.Reader.TryRead(out var letter))
            {
                batch.Add(letter);
            }

            while (batch.Count > 0)
            {
                try
                {
                    await store.AppendAsync(batch, cancellationToken);
                    batch.Clear();
                    Error = null;
                }
                catch (Exception exception) when (!exception.IsStop(cancellationToken))
                {
                    if (Error is null)
                    {
                        LogStoreFailed(logger, exception);
                    }

                    Error = exception.Message;
                    await Task.Delay(RetryDelay, clock, cancellationToken);
                }
            }
        }
    }

    [LoggerMessage(EventId = 2190, Level = LogLevel.Error, Message = "Dead letters cannot be stored; they wait")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2191, Level = LogLevel.Warning, Message = "Too many dead letters at once; not kept: {Reason} {Symbol}: {Error}")]
    private static partial void LogNotKept(ILogger logger, DeadLetterReason reason, string? symbol, string error);
}
