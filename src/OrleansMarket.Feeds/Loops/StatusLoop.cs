using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Engine;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Loops;

/// <summary>Asks the exchange every ten minutes whether each symbol still trades: silence of a halted or delisted one is not staleness.</summary>
public sealed partial class StatusLoop(IEngines engines, IExchange exchange, TimeProvider clock, ILogger<StatusLoop> logger, JobLog jobs)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Symbol, SymbolStatus> _known = engines.Symbols.ToDictionary(spec => spec.Symbol, spec => spec.Status);

    /// <summary>Asks until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        jobs.RepeatAsync("status", Period, clock, outcome => AskAsync(outcome, cancellationToken), cancellationToken);

    private async Task AskAsync(JobOutcome outcome, CancellationToken cancellationToken)
    {
        try
        {
            var specs = await exchange.GetSpecsAsync([.. engines.Symbols.Select(spec => spec.Symbol)], cancellationToken);
            foreach (var symbol in engines.Symbols.Select(spec => spec.Symbol))
            {
                await SetAsync(symbol, specs.TryGetValue(symbol, out var spec) ? spec.Status : SymbolStatus.Delisted, cancellationToken);
            }
        }
        catch (ExchangeUnavailableException exception)
        {
            outcome.Fail(exception.Message);
            LogUnavailable(logger, exception.Message);
        }
    }

    private async Task SetAsync(Symbol symbol, SymbolStatus status, CancellationToken cancellationToken)
    {
        await engines.SetStatusAsync(symbol, status, cancellationToken);
        if (_known.TryGetValue(symbol, out var before) && before != status)
        {
            LogChanged(logger, symbol, before, status);
        }

        _known[symbol] = status;
    }

    [LoggerMessage(EventId = 1242, Level = LogLevel.Warning, Message = "{Symbol} was {Before} and is {Now}")]
    private static partial void LogChanged(ILogger logger, Symbol symbol, SymbolStatus before, SymbolStatus now);

    [LoggerMessage(EventId = 1243, Level = LogLevel.Information, Message = "The exchange cannot be asked whether the symbols trade: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
