using System.Threading.Channels;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>A single-threaded queue of work for a share of the symbols. When it is full the feed waits: sums must not lose trades.</summary>
internal sealed class Partition
{
    /// <summary>The most prints in one batch.</summary>
    public const int BatchSize = 256;

    /// <summary>The most prints that may wait.</summary>
    public const int Capacity = 1_024 * BatchSize;

    private readonly Channel<Work> _work = Channel.CreateBounded<Work>(
        new BoundedChannelOptions(Capacity / BatchSize) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private long _backlog;

    /// <summary>Gets how many prints wait.</summary>
    public long Backlog => Interlocked.Read(ref _backlog);

    /// <summary>Queues prints of one lane; the array belongs to the partition from here on.</summary>
    public async ValueTask EnqueueAsync(Lane lane, ReceivedPrint[] prints, int count, Action<Lane, ReceivedPrint[], int> apply, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _backlog, count);
        try
        {
            await _work.Writer.WriteAsync(new Work(lane, prints, count, apply, null), cancellationToken);
        }
        catch
        {
            Interlocked.Add(ref _backlog, -count);
            throw;
        }
    }

    /// <summary>Queues an action and waits for its answer.</summary>
    public async Task<T> PostAsync<T>(Action action, Task<T> answer, CancellationToken cancellationToken)
    {
        try
        {
            await _work.Writer.WriteAsync(new Work(null, null, 0, null, action), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new OperationCanceledException("the product is stopping");
        }

        return await answer.WaitAsync(cancellationToken);
    }

    /// <summary>Takes no more work; what waits is still done.</summary>
    public void Complete() => _work.Writer.TryComplete();

    /// <summary>Works until completed.</summary>
    public async Task RunAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (work.Action is { } action)
            {
                action();
            }
            else
            {
                work.Apply!(work.Lane!, work.Prints!, work.Count);
                Interlocked.Add(ref _backlog, -work.Count);
            }
        }
    }

    private readonly record struct Work(Lane? Lane, ReceivedPrint[]? Prints, int Count, Action<Lane, ReceivedPrint[], int>? Apply, Action? Action);
}
