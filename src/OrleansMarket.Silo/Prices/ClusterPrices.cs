using Microsoft.Extensions.Options;
using OrleansMarket.Contracts.Prices;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.Grains.Silos;
using OrleansMarket.Silo.Redis;

namespace OrleansMarket.Silo.Prices;

/// <summary>
/// Prices as the silos of a cluster share them: the cache is Redis, and the one who asks the sources is a grain. Without Redis the grain answers, and without
/// the grain each silo asks the sources itself.
/// </summary>
internal sealed partial class ClusterPrices(
    IGrainFactory grains, EverySilo silos, IOptions<PriceOptions> options, TimeProvider clock, ILogger<ClusterPrices> logger, RedisPriceCache? cache = null) : ISharedPrices
{
    // Beyond what a cold read takes; a silo that died is noticed later than anybody wants to wait.
    private static readonly TimeSpan TravelTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private long _silentUntil;

    /// <inheritdoc/>
    public Task<IReadOnlyList<PriceBasis>> ReadAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken) =>
        cache?.ReadAsync(assets, cancellationToken) ?? Task.FromResult<IReadOnlyList<PriceBasis>>([]);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PriceBasis>?> AskAsync(IReadOnlyCollection<string> assets, CancellationToken cancellationToken) =>
        await CallAsync<PriceBasis[]>((grain, token) => grain.AskAsync([.. assets], token), cancellationToken);

    /// <inheritdoc/>
    public Task<PriceStatus?> DescribeAsync(CancellationToken cancellationToken) => CallAsync((grain, token) => grain.DescribeAsync(token), cancellationToken);

    /// <inheritdoc/>
    public Task<CacheCounts> CountCachesAsync(CancellationToken cancellationToken) => silos.CountCachesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task PublishAsync(IReadOnlyList<SharedPrice> prices, CancellationToken cancellationToken) => cache?.WriteAsync(prices, cancellationToken) ?? Task.CompletedTask;

    private async Task<T?> CallAsync<T>(Func<IPriceGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        if (clock.GetTimestamp() < Volatile.Read(ref _silentUntil))
        {
            return null;
        }

        using var patience = new CancellationTokenSource(options.Value.ColdReadPatience + TravelTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await call(grains.GetGrain<IPriceGrain>(IPriceGrain.Key), either.Token).WaitAsync(either.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody waits again before there is a chance of an answer.
            Volatile.Write(ref _silentUntil, clock.GetTimestamp() + (long)(Pause.TotalSeconds * clock.TimestampFrequency));
            LogAlone(logger, exception.Message);
            return null;
        }
    }

    [LoggerMessage(EventId = 6401, Level = LogLevel.Warning, Message = "Nobody asks the price sources for all silos, so this one asks them itself: {Reason}")]
    private static partial void LogAlone(ILogger logger, string reason);
}
