using OrleansMarket.Contracts.Market;
using OrleansMarket.Contracts.Symbols;
using OrleansMarket.Domain.Market;
using OrleansMarket.Grains.Symbols;

namespace OrleansMarket.Silo.Hosting;

/// <summary>Brings live events from the engines to this silo's pages while somebody looks at them.</summary>
internal sealed partial class EventWatch(IGrainFactory grains, IFollowedSymbols market, MarketEvents events, TimeProvider clock, ILogger<EventWatch> logger)
    : BackgroundService, IMarketEventObserver
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public void OnEvent(MarketEvent market) => events.Publish(market);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var self = grains.CreateObjectReference<IMarketEventObserver>(this);
        var askAt = DateTimeOffset.MinValue;
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (events.HasReaders && clock.GetUtcNow() >= askAt)
                {
                    askAt = clock.GetUtcNow() + Renewal;
                    await AskAsync(self);
                }
                else if (!events.HasReaders)
                {
                    askAt = DateTimeOffset.MinValue;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task AskAsync(IMarketEventObserver self)
    {
        try
        {
            await Task.WhenAll(market.Symbols.Select(spec => grains.GetGrain<ISymbolGrain>(spec.Symbol.Value).WatchAsync(self)));
        }
        catch (Exception exception)
        {
            LogNotHeard(logger, exception.Message);
        }
    }

    [LoggerMessage(EventId = 6121, Level = LogLevel.Warning, Message = "Some engines do not show live events and are asked again: {Reason}")]
    private static partial void LogNotHeard(ILogger logger, string reason);
}
