using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Feeds.Prices;
using OrleansMarket.Grains.Symbols;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Sinks.Influx;

namespace OrleansMarket.Silo.Hosting;

/// <summary>Keeps prices fresh, and shows in health how saving, alerts and time series do.</summary>
internal sealed class PriceRunner(
    PriceService prices, IFollowedSymbols market, PipelineParts parts, SaveStatus saves, AlertDeliveryStatus alerts, SeriesHealth? series = null) : BackgroundService
{
    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        prices.Follow(market.Symbols);
        parts["storage"] = saves.Describe;
        parts["alerts"] = alerts.Describe;
        if (series is not null)
        {
            parts["influx"] = series.Describe;
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await prices.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }
}
