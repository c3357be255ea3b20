using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Sinks.TradeLog;

/// <summary>Keeps the raw trade log within its bounds on age and bytes.</summary>
public sealed partial class TradeLogUpkeep(FileTradeLog log, IOptions<TradeLogOptions> options, TimeProvider clock, ILogger<TradeLogUpkeep> logger, JobLog jobs) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    await jobs.RunAsync("trade-log-upkeep", clock, _ =>
                    {
                        log.EnforceRetention();
                        return Task.CompletedTask;
                    }, stoppingToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    LogFailed(logger, e.Message);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(EventId = 2311, Level = LogLevel.Warning, Message = "Raw trades: removing old files failed and is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
