using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Contracts.Ingress;

namespace OrleansMarket.Grains.Ingress;

/// <summary>
/// Runs on every ingress silo and asks every shard all the time, so that one whose silo died is taken over as soon as the cluster knows of the
/// death. When its own silo stops, it ends the feeds here first.
/// </summary>
public sealed partial class IngressKeeper(
    IGrainFactory grains, IShardFeeds feeds, LocalShards local, IOptions<IngressOptions> options, TimeProvider clock, ILogger<IngressKeeper> logger)
    : BackgroundService
{
    // A question to a silo that is gone is answered only when the cluster gives it up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private volatile IReadOnlyList<IngressShardStatus?> _shards = [];

    /// <summary>Gets how the shards do, as last heard; <see langword="null"/> for one that did not answer.</summary>
    public IReadOnlyList<IngressShardStatus?> Shards => _shards;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await local.EndAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var symbols = await SymbolsAsync(stoppingToken).ConfigureAwait(false);
            var shards = new IngressShardStatus?[ShardPlan.CountOf(symbols, options.Value.Shards)];
            _shards = shards;
            await Task.WhenAll(Enumerable.Range(0, shards.Length).Select(shard => KeepAsync(shards, shard, stoppingToken))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task<int> SymbolsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return (await feeds.GetSymbolsAsync(cancellationToken).ConfigureAwait(false)).Count;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogSymbolsUnknown(logger, exception.Message);
            }

            await Task.Delay(Patience, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task KeepAsync(IngressShardStatus?[] shards, int shard, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IIngressShardGrain>(shard);
        using var timer = new PeriodicTimer(options.Value.KeepEvery, clock);
        do
        {
            using var patience = new CancellationTokenSource(Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                shards[shard] = await grain.KeepAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (shards[shard] is not null)
                {
                    LogNoOwner(logger, shard, exception.Message);
                }

                shards[shard] = null;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    [LoggerMessage(EventId = 3231, Level = LogLevel.Warning, Message = "Shard {Shard} of the feed does not answer; it is asked again until another silo owns it: {Reason}")]
    private static partial void LogNoOwner(ILogger logger, int shard, string reason);

    [LoggerMessage(EventId = 3232, Level = LogLevel.Warning, Message = "The symbols are not known yet: {Reason}")]
    private static partial void LogSymbolsUnknown(ILogger logger, string reason);
}
