using Microsoft.Extensions.Hosting;

namespace OrleansMarket.Web.Metrics;

/// <summary>Reads the market for gauges that nobody asks for by scraping.</summary>
internal sealed class MetricsRefresh(MarketInstruments instruments, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await instruments.RefreshAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
