using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Standalone.Serving;

/// <summary>Asks the exchange every ten minutes whether each symbol still trades: silence of a halted or delisted one is not staleness.</summary>
internal sealed partial class StatusLoop(EngineRouter router, IExchange exchange, TimeProvider clock, ILogger<StatusLoop> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                var specs = await exchange.GetSpecsAsync([.. router.Symbols.Select(spec => spec.Symbol)], cancellationToken);
                foreach (var lane in router.Lanes)
                {
                    Set(lane, specs.TryGetValue(lane.Spec.Symbol, out var spec) ? spec.Status : SymbolStatus.Delisted);
                }
            }
            catch (ExchangeUnavailableException exception)
            {
                LogUnavailable(logger, exception.Message);
            }
        }
    }

    private void Set(Lane lane, SymbolStatus status)
    {
        if (lane.Status != status)
        {
            LogChanged(logger, lane.Spec.Symbol, lane.Status, status);
            lane.Status = status;
        }
    }

    [LoggerMessage(EventId = 5040, Level = LogLevel.Warning, Message = "{Symbol} was {Before} and is {Now}")]
    private static partial void LogChanged(ILogger logger, Symbol symbol, SymbolStatus before, SymbolStatus now);

    [LoggerMessage(EventId = 5041, Level = LogLevel.Information, Message = "The exchange cannot be asked whether the symbols trade: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
