using OrleansMarket.Grains.Ingress;

namespace OrleansMarket.Silo.Ingress;

/// <summary>Makes the raw trades of an ingress silo durable every second, and once more at the end.</summary>
public sealed partial class TradeLogFlusher(LocalTradeLog log, TimeProvider clock, ILogger<TradeLogFlusher> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await FlushAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await log.Log.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The log keeps what it has and the next round tries again.
            LogFailed(logger, exception.Message);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    [LoggerMessage(EventId = 6201, Level = LogLevel.Warning, Message = "Raw trades could not be made durable and are tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
