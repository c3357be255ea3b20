using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Prices;

namespace OrleansMarket.Sinks.Influx;

/// <summary>Asks the market, the pipeline and the prices how they are, once per sampling period, and brings single trades to the spool.</summary>
internal sealed partial class SeriesSampler(
    IMarket market, SeriesSink sink, IOptions<InfluxOptions> options, TimeProvider clock, ILogger<SeriesSampler> logger, IPrices? prices = null)
    : BackgroundService
{
    private readonly InfluxOptions _options = options.Value;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await Task.WhenAll(SampleAsync(stoppingToken), FlushTradesAsync(stoppingToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped: the trades of the last second are still to be kept.
            await sink.FlushTradesAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.SampleInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (prices is { Assets.Count: > 0 })
                {
                    // All assets that are watched are fresh or were asked for already: nobody is waited for.
                    await sink.AppendPricesAsync(await prices.GetAsync([.. prices.Assets], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                }

                var states = new List<MarketState>();
                foreach (var line in await market.GetSymbolsAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (await market.GetStateAsync(line.Symbol, cancellationToken).ConfigureAwait(false) is { } state)
                    {
                        states.Add(state);
                    }
                }

                var pipeline = await market.GetHealthAsync(cancellationToken).ConfigureAwait(false);
                await sink.AppendSampleAsync(states, pipeline, clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!exception.IsStop(cancellationToken))
            {
                // A sample that is missed is a point that is missing; the next one is a period away.
                LogMissed(logger, exception);
            }
        }
    }

    private async Task FlushTradesAsync(CancellationToken cancellationToken)
    {
        if (!_options.Trades)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await sink.FlushTradesAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventId = 2231, Level = LogLevel.Warning, Message = "Market, pipeline and prices could not be sampled for InfluxDB")]
    private static partial void LogMissed(ILogger logger, Exception exception);
}
