using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.Silo.Redis;

namespace OrleansMarket.Silo.Prices;

/// <summary>Shows prices on this silo and keeps up with the one that asks the sources: it hears of changes by Redis, and while it hears nothing it asks.</summary>
internal sealed partial class PriceRunner(
    PriceService prices, IFollowedSymbols market, IOptions<PriceOptions> options, JobLog jobs, TimeProvider clock, ILogger<PriceRunner> logger, RedisPriceCache? cache = null)
    : BackgroundService
{
    private const string Job = "prices-listen";

    private long _heard;
    private bool _listens;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        prices.Follow(market.Symbols);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RestoreAsync(stoppingToken);
            await Task.WhenAll(prices.ShowAsync(stoppingToken), cache is null ? Task.CompletedTask : ListenAsync(cache, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await prices.RestoreAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogForgetful(logger, exception.Message);
        }
    }

    private async Task ListenAsync(RedisPriceCache cache, CancellationToken cancellationToken)
    {
        await jobs.RunAsync(Job, clock, outcome => KeepUpAsync(cache, outcome, cancellationToken), cancellationToken);
        await jobs.RepeatAsync(Job, options.Value.RefreshInterval, clock, outcome => KeepUpAsync(cache, outcome, cancellationToken), cancellationToken);
    }

    private async Task KeepUpAsync(RedisPriceCache cache, JobOutcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            if (!_listens)
            {
                await cache.SubscribeAsync(Hear).WaitAsync(cancellationToken);
                _listens = true;
            }
        }
        catch (IOException exception)
        {
            outcome.Fail(exception.Message);
        }

        if (clock.GetElapsedTime(Volatile.Read(ref _heard)) > options.Value.RefreshInterval)
        {
            await prices.CatchUpAsync(cancellationToken);
        }
    }

    private void Hear(PriceBasis basis)
    {
        Volatile.Write(ref _heard, clock.GetTimestamp());
        prices.Take([basis]);
    }

    [LoggerMessage(EventId = 6411, Level = LogLevel.Warning, Message = "Last known prices could not be read: {Reason}")]
    private static partial void LogForgetful(ILogger logger, string reason);
}
