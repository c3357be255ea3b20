using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Grains.Ingress;

/// <summary>The running feed of one shard: connections, batches and their publication, beside the grain that owns it.</summary>
internal sealed class ShardFeed(ITradeFeed feed, TradePublisher publisher, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan FlushBudget = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopPublishing = new();
    private Task _feeding = Task.CompletedTask;
    private Task _publishing = Task.CompletedTask;
    private Task? _ending;

    /// <summary>Gets what the feed listens to.</summary>
    public FeedSource Source => feed.Source;

    /// <summary>Gets how the connections do; a stream that takes nothing counts as an error.</summary>
    public FeedStatus Status => publisher.LastError is { } error ? feed.Status with { LastError = $"the trade stream takes nothing: {error}" } : feed.Status;

    /// <summary>Starts, off the grain's own thread.</summary>
    public void Start()
    {
        // Nothing of the call that activated the grain goes with them: they outlive it.
        using var own = ExecutionContext.SuppressFlow();
        _feeding = Task.Run(() => feed.RunAsync(publisher, _stop.Token), CancellationToken.None);
        _publishing = Task.Run(() => publisher.RunAsync(_stopPublishing.Token), CancellationToken.None);
    }

    /// <summary>Stops listening, then publishes what is left. Who comes second waits for the same end.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_ending ??= EndAsync());
        }
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopPublishing.CancelAsync().ConfigureAwait(false);
        await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var budget = new CancellationTokenSource(FlushBudget, clock);
        await publisher.FlushAsync(budget.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _stopPublishing.Dispose();
    }
}
