using OrleansMarket.Contracts.Alerts;
using OrleansMarket.Contracts.Prices;
using OrleansMarket.Contracts.Symbols;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Loops;
using OrleansMarket.Feeds.Sources;

namespace OrleansMarket.Silo.Hosting;

/// <summary>
/// Runs on every silo with the ingress role, and does something on the one that leads: repairs, tail checks, comparisons and their like, and sees to it that
/// every engine, the poller of prices and the delivery of alerts run somewhere.
/// </summary>
internal sealed partial class MarketKeeper(
    SiloPipeline pipeline, MarketParts source, IGrainFactory grains, IEngines engines, ITradeLog log, ICandleStore candles, EngineOptions options,
    ISettingsStore settings, PipelineParts parts, JobLog jobs, TimeProvider clock,
    ILoggerFactory loggers, IPrices? prices = null)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepPeriod = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger<MarketKeeper>();
    private GuardedLoops? _loops;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var keepAt = clock.GetUtcNow();
        try
        {
            do
            {
                await FollowLeadAsync();
                if (pipeline.Leads && clock.GetUtcNow() >= keepAt)
                {
                    keepAt = clock.GetUtcNow() + KeepPeriod;
                    await jobs.RunAsync("keep-grains", clock, outcome => KeepAsync(outcome, stoppingToken), stoppingToken);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task FollowLeadAsync()
    {
        if (!pipeline.Leads)
        {
            await EndAsync();
        }
        else if (_loops is null)
        {
            _loops = new GuardedLoops(parts, clock, loggers.CreateLogger<GuardedLoops>());
            new MarketLoops(engines, source, log, candles, options, settings, parts, clock, loggers, prices, jobs).Start(_loops);
            LogLeads(_logger);
        }
    }

    private async Task EndAsync()
    {
        if (_loops is { } loops)
        {
            _loops = null;
            await loops.StopAsync();
            loops.Dispose();
        }
    }

    private async Task KeepAsync(JobOutcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(
                [
                    grains.GetGrain<IPriceGrain>(IPriceGrain.Key).KeepAsync(cancellationToken),
                    grains.GetGrain<ISlackGrain>(ISlackGrain.Key).KeepAsync(cancellationToken),
                    .. engines.Symbols.Select(spec => grains.GetGrain<ISymbolGrain>(spec.Symbol.Value).KeepAsync(cancellationToken)),
                ]);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            outcome.Fail(exception.Message);
            LogNotKept(_logger, exception.Message);
        }
    }

    [LoggerMessage(EventId = 6111, Level = LogLevel.Information, Message = "This silo leads: it repairs, checks tails and compares for all")]
    private static partial void LogLeads(ILogger logger);

    [LoggerMessage(EventId = 6112, Level = LogLevel.Warning, Message = "Some engines do not run and are tried again: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string reason);
}
